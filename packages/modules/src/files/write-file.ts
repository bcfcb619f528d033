import { lines, pipeSecret, printSecret, Sh, sh } from '@hostwright/core';
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
  /** Commands that must exit 0 before the file is replaced, each as its arguments; `%` and `--file=%` are the new copy. */
  readonly validators: readonly (readonly string[])[];
  /** Digest of the file that the bytes were made from. Where it is another by now, nothing is written. */
  readonly sha256Before?: string;
}

/** A whole text that everybody may read. */
export function textWrite(path: string, text: string): FileWrite {
  const mode = '0644';
  const bytes = Buffer.from(text);
  return { path, bytes, isBinary: false, mode, modeOfNew: mode, validators: [] };
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

/** What a schema cannot say about a validator. */
export function validatorProblems(validate: readonly string[] | undefined): readonly string[] {
  if (validate === undefined) return [];
  const [command = ''] = validate;
  return [
    ...(validate.some(isCopyArgument)
      ? []
      : [
          "Property validate names the new copy nowhere: one argument must be '%', or end in '=%'.",
        ]),
    ...(/^$|[=%]/.test(command)
      ? ['Property validate must begin with the name of a command.']
      : []),
  ];
}

/** Leftovers of writers that were killed are removed once they are this old. Minutes. */
const leftoverMinutes = 60;
/** A shell says that a write failed, and not always why: another program then writes this much more, and does. */
const probeBytes = 65_536;
/** Files that one command syncs and renames: their names have to fit its arguments. */
const filesAtOnce = 100;

const changedSinceRead = 'it was changed since it was read; nothing was written.';

/** True where a file was not written because it is no longer what its new content was made from. */
export function wasChangedSinceRead(stderr: string): boolean {
  return stderr.includes(changedSinceRead);
}

/**
 * Files of one directory are replaced together, since starting programs is what takes the time:
 *
 *     (hw_open DIRECTORY/
 *      hw_begin NAME && { printf … >"$copy" || hw_unwritten; } && hw_settle OWNER:GROUP MODE MODE-OF-NEW && set -- "$@" "$copy"
 *      …
 *      hw_replace "$@")
 *
 * Readers see the old file or the new one, never a mixture: the copies are made in a directory of its own (0700, beside
 * the files, so on the same file system), get owner, mode, ACL and extended attributes there, are judged by `hw_validate`,
 * reach the disk, and are renamed into place. Whatever fails before that leaves the old file as it was, and the other
 * files go on. The content is written by the shell itself, so a writer that is killed has no copy that looks finished.
 */
const writerFunctions = sh`
hw_validate() { :; }
hw_open() {
  dir=$1 temp= hw_status=0
  trap 'code=$?; [ -z "$temp" ] || rm -rf -- "$temp"; exit $code' EXIT
  trap 'exit 1' HUP INT TERM
  umask 077
  [ -d "$dir" ] || return
  find "$dir" -maxdepth 1 -type d -name '.hostwright.??????' -mmin +${leftoverMinutes} -exec rm -rf -- {} + 2>/dev/null
  temp=$(mktemp -d "$dir.hostwright.XXXXXX")
}
hw_refuse() { printf '%s: %s\\n' "$path" "$1" >&2; return 1; }
hw_unwritten() {
  head -c ${probeBytes} /dev/zero >>"$copy"
  rm -f -- "$copy"
  hw_refuse 'the new content could not be written; the old file is untouched.'
}
hw_begin() {
  path=$dir$1 copy=$temp/$1
  [ -d "$dir" ] || hw_refuse "the directory \${path%/*} does not exist." || return
  [ ! -L "$path" ] || hw_refuse 'it is a symbolic link by now.' || return
  [ ! -d "$path" ] || hw_refuse 'it is a directory by now.' || return
  [ -n "$temp" ] || hw_refuse 'no temporary directory could be made beside it.'
}
hw_as_read() {
  [ "$(sha256sum <"$path")" = "$1  -" ] || hw_refuse ${changedSinceRead}
}
hw_settle() {
  mode=\${2:-$3}
  if [ -e "$path" ]; then
    mode=$2
    if cp --attributes-only --preserve=all -- "$path" "$copy" 2>/dev/null; then touch -- "$copy"
    else chown -- "$(stat -c %u:%g -- "$path")" "$copy" && chmod -- "$(stat -c %a -- "$path")" "$copy"
    fi || hw_refuse 'its owner and mode could not be kept.' || return
  fi
  [ -z "$1" ] || chown -- "$1" "$copy" || hw_refuse 'its owner could not be set.' || return
  [ -z "$mode" ] || chmod -- "$mode" "$copy" || hw_refuse 'its mode could not be set.' || return
  hw_validate "$copy" </dev/null >&2 || hw_refuse 'the validator refused the new content; the old file is untouched.'
}
hw_replace() {
  [ $# -gt 0 ] || return 0
  hw_reason='the new content did not reach the disk; the old file is untouched.'
  if sync "$@"; then
    hw_reason='it could not be replaced: see whether it is immutable (lsattr) or mounted.'
    mv -ft "$dir" -- "$@"
  fi
  for copy; do
    path=$dir\${copy##*/}
    [ ! -e "$copy" ] || hw_refuse "$hw_reason" || hw_status=1
  done
  path=$dir
  sync "$dir" || hw_refuse 'this directory did not reach the disk.'
}`;

/** One fragment that writes all files. A file that cannot be written does not keep the others from being written. */
export function writeFiles(writes: readonly FileWrite[]): Sh {
  if (writes.length === 0) return sh`:`;
  const folders = Map.groupBy(writes, ({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  const batches = [...folders].flatMap(([folder, all]) =>
    chunksOf(all, filesAtOnce).map((some) => writeTogether(folder, some)),
  );
  return lines([writerFunctions, ...batches]);
}

function chunksOf<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, index) => all.slice(index * size, (index + 1) * size));
}

/** In a shell of its own, which has its own umask, traps and arguments: these are the copies. */
function writeTogether(folder: string, writes: readonly FileWrite[]): Sh {
  return lines([
    sh`(hw_open ${folder}; set --`,
    ...writes.map(writeOne),
    sh`hw_replace "$@" || hw_status=1`,
    sh`exit "$hw_status") || hw_status=1`,
  ]);
}

function writeOne(write: FileWrite): Sh {
  const { path, mode = '', modeOfNew, validators, sha256Before } = write;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const asRead = sha256Before === undefined ? sh`` : sh` && hw_as_read ${sha256Before}`;
  const copied = lines([
    sh`hw_begin ${name}${asRead} && { ${contentOf(write)} || hw_unwritten; } &&`,
    sh`  hw_settle ${chownWord(write)} ${mode} ${modeOfNew} && set -- "$@" "$copy" || hw_status=1`,
  ]);
  if (validators.length === 0) return copied;
  const calls = validators.map((argv) => validatorCall(argv).script);
  const judge = sh`hw_validate() { ${new Sh(calls.join(' && '))}; }`;
  return lines([judge, copied, sh`hw_validate() { :; }`]);
}

/** base64 does not notice that its input ends too soon, so its output is counted. */
function contentOf({ bytes, isBinary }: FileWrite): Sh {
  if (!isBinary) return sh`${printSecret(bytes.toString('utf8'))} >"$copy"`;
  const decoded = pipeSecret(bytes.toString('base64'), sh`base64 -d >"$copy"`);
  return sh`${decoded} && [ $(($(wc -c <"$copy"))) -eq ${bytes.length} ]`;
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
function isCopyArgument(word: string): boolean {
  return word === '%' || word.endsWith('=%');
}
