import { lines, type Sh, sh } from '@hostwright/core';

export interface WantedKey {
  readonly directory: string;
  readonly keyFile: string;
  readonly bits: number;
  readonly owner: string;
  readonly group: string;
}

/**
 * Makes keys that are missing, and sets owner and mode of all. A new key gets its name by a hard link, which fails
 * where the name is taken: whatever happens in between, an existing key is never overwritten.
 */
export function applyKeys(keys: readonly WantedKey[]): Sh {
  return lines([
    sh`set -e
umask 077
dkim_key() {
install -d -m 0700 -o "$4" -g "$5" -- "$1"
if [ ! -e "$2" ]; then
dkim_new=$(mktemp "$1/.new-XXXXXXXXXX")
trap 'rm -f -- "$dkim_new"' EXIT
openssl genrsa -out "$dkim_new" "$3"
chown -- "$4:$5" "$dkim_new"
sync -- "$dkim_new" 2>/dev/null || sync
ln -- "$dkim_new" "$2"
rm -f -- "$dkim_new"
trap - EXIT
fi
chown -- "$4:$5" "$2"
chmod 0600 -- "$2"
}`,
    ...keys.map(
      ({ directory, keyFile, bits, owner, group }) =>
        sh`dkim_key ${directory} ${keyFile} ${bits} ${owner} ${group}`,
    ),
  ]);
}
