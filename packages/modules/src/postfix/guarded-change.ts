import { lines, type Sh, sh } from '@hostwright/core';

/** Where Debian keeps the files. */
const folder = '/etc/postfix';

/**
 * Changes one file of Postfix and lets `postfix check` judge the result: where it objects, or where anything on the
 * way fails, the file is put back as it was. A broken main.cf would also break the next upgrade of the package.
 *
 * `postfix check` sees numbers and times that are none, missing folders and wrong owners, not every wrong word.
 */
export function guardedChange(file: 'main.cf' | 'master.cf', change: readonly Sh[]): Sh {
  const path = `${folder}/${file}`;
  const kept = `${path}.hostwright`;
  return lines([
    sh`set -e`,
    // "No configuration" in debconf leaves a host without main.cf, and postconf does not make one.
    sh`if [ ! -e ${path} ]; then : >${path}; fi`,
    sh`cp -p ${path} ${kept}`,
    sh`trap 'mv -f ${kept} ${path}' EXIT`,
    sh`trap 'exit 1' HUP INT TERM`,
    ...change,
    sh`if ! hw_said=$(postfix check 2>&1); then`,
    // Without a terminal the postfix command of Debian 12 writes to the log only; postmap reads the same file aloud.
    sh`  if [ -z "$hw_said" ]; then hw_said=$(postmap -q x static:x 2>&1) || :; fi`,
    sh`  printf '%s\n' "$hw_said" | grep -v 'unused parameter' >&2 || :`,
    sh`  echo 'postfix check refuses this; the configuration is as it was before.' >&2; exit 1`,
    sh`fi`,
    sh`rm -f ${kept}`,
    sh`trap - EXIT HUP INT TERM`,
  ]);
}
