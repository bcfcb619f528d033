import { lines, pipeSecret, Sh, sh } from '@hostwright/core';
import { Type } from 'typebox';
import { chownWord, type Ownership } from './ownership.ts';

/** A file to be written. */
export interface FileWrite extends Ownership {
  readonly path: string;
  readonly bytes: Buffer;
  /** True where the bytes are no text, and travel as base64. */
  readonly isBinary: boolean;
  /** Mode where there is no file yet and none is declared. */
  readonly modeOfNew: string;
  /** Arguments of a command that must exit 0 before the file is replaced; `%` and `--file=%` are the new copy. */
  readonly validate: readonly string[] | undefined;
}

/** A command that judges a new content before it is used. */
export function validateProperty() {
  return Type.Array(Type.String({ pattern: '^[^\\u0000]*$', maxLength: 4096 }), {
    minItems: 2,
    maxItems: 64,
    description:
      "Command that must accept a new content before it replaces the old one, as a list of arguments; `%` alone, or after the `=` of an option, stands for the path of the new copy: `['visudo', '-cf', '%']`. Runs when the content changes. Default: none.",
  });
}

/** Leftovers of writers that were killed are removed once they are this old. Minutes. */
const leftoverMinutes = 60;

/**
 * Defines `hw_write PATH OWNER:GROUP MODE MODE-OF-NEW BYTES`, which replaces a file by its standard input.
 *
 * Readers see the old file or the new one, never a mixture: the copy is made in a directory of its own (0700, beside the
 * file, so on the same file system), gets owner, mode, ACL and extended attributes there, is judged by `hw_validate`,
 * reaches the disk, and is renamed into place. Whatever fails before that leaves the old file as it was.
 * The number of bytes is compared, because a writer that is killed looks like one that has finished.
 */
const writerFunctions = sh`
hw_validate() { :; }
hw_write() (
  path=$1 dir=\${1%/*}/ name=\${1##*/} temp=
  trap 'code=$?; [ -z "$temp" ] || rm -rf -- "$temp"; exit $code' EXIT
  trap 'exit 1' HUP INT TERM
  refuse() { printf '%s: %s\\n' "$path" "$1" >&2; exit 1; }
  [ -d "$dir" ] || refuse "the directory \${path%/*} does not exist."
  [ ! -L "$path" ] || refuse 'it is a symbolic link by now.'
  [ ! -d "$path" ] || refuse 'it is a directory by now.'
  find "$dir" -maxdepth 1 -type d -name '.hostwright.??????' -mmin +${leftoverMinutes} -exec rm -rf -- {} + 2>/dev/null
  umask 077
  temp=$(mktemp -d "$dir.hostwright.XXXXXX") || refuse 'no temporary directory could be made beside it.'
  copy=$temp/$name
  cat >"$copy" || refuse 'the new content could not be written; the old file is untouched.'
  [ $(($(wc -c <"$copy"))) -eq "$5" ] || refuse 'the new content came incomplete; the old file is untouched.'
  if [ -e "$path" ]; then
    if cp --attributes-only --preserve=all -- "$path" "$copy" 2>/dev/null; then touch -- "$copy"
    else chown -- "$(stat -c %u:%g -- "$path")" "$copy" && chmod -- "$(stat -c %a -- "$path")" "$copy"
    fi || refuse 'its owner and mode could not be kept.'
    mode=$3
  else
    mode=\${3:-$4}
  fi
  [ -z "$2" ] || chown -- "$2" "$copy" || refuse 'its owner could not be set.'
  [ -z "$mode" ] || chmod -- "$mode" "$copy" || refuse 'its mode could not be set.'
  hw_validate "$copy" </dev/null >&2 || refuse 'the validator refused the new content; the old file is untouched.'
  sync "$copy" || refuse 'the new content did not reach the disk; the old file is untouched.'
  mv -fT -- "$copy" "$path" || refuse 'it could not be replaced: see whether it is immutable (lsattr) or mounted.'
  sync "$dir" || refuse 'its directory did not reach the disk.'
)`;

/** One fragment that writes all files. A file that cannot be written does not keep the others from being written. */
export function writeFiles(writes: readonly FileWrite[]): Sh {
  if (writes.length === 0) return sh`:`;
  return lines([writerFunctions, ...writes.map(writeOne)]);
}

function writeOne(write: FileWrite): Sh {
  const { path, bytes, isBinary, modeOfNew, mode = '', validate } = write;
  const writer = sh`hw_write ${path} ${chownWord(write)} ${mode} ${modeOfNew} ${bytes.length}`;
  const pipe = isBinary
    ? pipeSecret(bytes.toString('base64'), sh`base64 -d | ${writer}`)
    : pipeSecret(bytes.toString('utf8'), writer);
  const attempt = sh`${pipe} || hw_status=1`;
  if (validate === undefined) return attempt;
  return lines([
    sh`hw_validate() { ${validatorCall(validate)}; }`,
    attempt,
    sh`hw_validate() { :; }`,
  ]);
}

/** The argument `%`, or what follows the `=` of an option, becomes the path of the copy. */
function validatorCall(argv: readonly string[]): Sh {
  const words = argv.map((word) => {
    if (!isCopyArgument(word)) return sh`${word}`;
    return word === '%' ? sh`"$1"` : sh`${word.slice(0, -1)}"$1"`;
  });
  return new Sh(words.map(({ script }) => script).join(' '));
}

/** True for the arguments of a validator that stand for the new copy: `%` and `--file=%`. */
export function isCopyArgument(word: string): boolean {
  return word === '%' || word.endsWith('=%');
}
