import type { Sh } from '@hostwright/core';
import { asUnit } from './as-unit.ts';

interface Chosen {
  readonly environmentFile: string;
  /** All digits. */
  readonly snapshot: string;
}

interface RestoreSpec extends Chosen {
  readonly mailDirectory: string;
  readonly database?: { readonly name: string; readonly dump: string };
  /** Undefined: all of them. */
  readonly mailbox: string | undefined;
}

/**
 * Unpacks mailboxes beside the real ones and brings over what is missing there. The name of a message's file before the
 * colon stays the same for good, while flags change what is behind it. Dovecot gives a message that it had as deleted a
 * new number; its own dsync would leave it deleted. Files beside the mail, such as rules, come back where there are none.
 * Source: Maildir format; maildirmake.dovecot(1).
 */
export function restoreScript(spec: RestoreSpec): Sh {
  const { environmentFile, snapshot, mailDirectory, database, mailbox } = spec;
  const [local = '', domain = ''] = mailbox?.split('@') ?? [];
  const include = mailbox === undefined ? mailDirectory : `${mailDirectory}/${domain}/${local}`;
  const dump = mailbox === undefined ? database?.dump : undefined;
  const args = [
    environmentFile,
    snapshot,
    mailDirectory,
    include,
    dump ?? '',
    database?.name ?? '',
  ];
  return asUnit('mail-restore', restoreText, args);
}

/** Puts files of a backup below a directory that is made for them. */
export function unpackScript(spec: Chosen & { readonly path: string; readonly into: string }): Sh {
  const { environmentFile, snapshot, path, into } = spec;
  return asUnit('mail-restore', unpackText, [environmentFile, snapshot, path, into]);
}

const restoreText = `set -eu
environment=$1 snapshot=$2 mail=$3 include=$4 dump=$5 database=$6
set -a; . "$environment"; set +a
umask 077
work=$(mktemp -d /var/lib/mail-backup/restore.XXXXXX)
trap 'rm -rf -- "$work"' EXIT
restic --quiet restore "$snapshot" --target "$work/old" --include "$include" \${dump:+--include "$dump"} >/dev/null
if [ -n "$dump" ]; then mariadb "$database" <"$work/old$dump"; fi
cd "$work/old$mail" 2>/dev/null && [ -d "$work/old$include" ] || { echo "The backup has no such mailbox." >&2; exit 1; }
find . -mindepth 1 -type d | while IFS= read -r folder; do
  [ -d "$mail/$folder" ] && continue
  mkdir -- "$mail/$folder"
  chown --reference="$folder" -- "$mail/$folder"
  chmod --reference="$folder" -- "$mail/$folder"
done
messages() { find . -type f '(' -path '*/cur/*' -o -path '*/new/*' ')'; }
find . -type f ! -path '*/cur/*' ! -path '*/new/*' ! -path '*/tmp/*' -o -type l | while IFS= read -r file; do
  [ -e "$mail/$file" ] || [ -h "$mail/$file" ] || cp -a -- "$file" "$mail/$file"
done
messages >"$work/then"
(cd "$mail" && messages) >"$work/now"
awk '
  function key(path) { name = path; sub(/.*\\//, "", name); sub(/:.*/, "", name); sub(/\\/(cur|new)\\/[^\\/]*$/, "", path); return path "/" name }
  FILENAME == ARGV[1] { there[key($0)]; next }
  !(key($0) in there)
' "$work/now" "$work/then" >"$work/missing"
while IFS= read -r file; do
  folder=\${file%/*/*}
  cp -a -- "$file" "$mail/$folder/tmp/"
  mv -- "$mail/$folder/tmp/\${file##*/}" "$mail/$file"
done <"$work/missing"
echo "messages: $(($(wc -l <"$work/missing")))"
`;

const unpackText = `set -eu
set -a; . "$1"; set +a
umask 077
if [ -e "$4$3" ] || [ -h "$4$3" ]; then echo "$4$3 is there already." >&2; exit 1; fi
mkdir -p -- "$4"
restic --quiet restore "$2" --target "$4" --include "$3" >/dev/null
[ -e "$4$3" ] || [ -h "$4$3" ] || { echo "The backup has no $3." >&2; exit 1; }
`;
