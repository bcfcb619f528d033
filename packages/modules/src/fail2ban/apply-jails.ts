import { type Difference, lines, type Sh, sh } from '@hostwright/core';
import { textWrite, writeFiles } from '../files/write-file.ts';
import type { ObservedJail } from './fail2ban-jail.ts';
import { type JailSpec, jailPath, jailText } from './jail-file.ts';

/**
 * Tries all files on a copy of the configuration, puts them in place one by one, and reloads the server if it runs.
 * A server that does not run is started by the Service that declares it, after this.
 */
export function applyJails(differences: readonly Difference<JailSpec, ObservedJail>[]): Sh {
  const removed = differences
    .filter(({ spec }) => spec.ensure === 'absent')
    .map(({ spec }) => jailPath(spec.name));
  const kept = differences.filter(({ spec }) => spec.ensure !== 'absent').map(({ spec }) => spec);
  const writes = kept.map((spec) => textWrite(jailPath(spec.name), jailText(spec)));
  return lines([
    sh`
trial=$(mktemp -d) || exit 1
trap 'rm -rf -- "$trial"' EXIT
trap 'exit 1' HUP INT TERM
cp -a /etc/fail2ban/. "$trial/" || exit 1
`,
    ...kept.map(
      (spec) => sh`printf '%s' ${jailText(spec)} >"$trial"/jail.d/${fileName(spec.name)} || exit 1`,
    ),
    ...removed.map((path) => sh`rm -f -- "$trial"/jail.d/${path.slice(path.lastIndexOf('/') + 1)}`),
    sh`
if ! fail2ban-client -c "$trial" -t >"$trial/said" 2>&1; then
  echo 'fail2ban refuses the new configuration; the old one is untouched.' >&2
  cat "$trial/said" >&2
  exit 1
fi
hw_status=0`,
    writeFiles(writes),
    ...(removed.length === 0 ? [] : [sh`rm -f -- ${removed} || hw_status=1`]),
    sh`[ "$hw_status" = 0 ] || exit 1
if fail2ban-client ping >/dev/null 2>&1; then fail2ban-client reload >/dev/null; fi`,
  ]);
}

function fileName(name: string): string {
  const path = jailPath(name);
  return path.slice(path.lastIndexOf('/') + 1);
}
