import {
  absent,
  defineResource,
  type FieldDiff,
  HostwrightError,
  type ProbeOutput,
  present,
  type Reading,
  sh,
  unknown,
  unreadable,
  withPorts,
} from '@hostwright/core';
import { applyJails } from './apply-jails.ts';
import {
  type JailOptions,
  type JailSpec,
  jailOptions,
  jailPath,
  parseJailText,
} from './jail-file.ts';
import { jailSchema } from './jail-schema.ts';

/** A jail as its file and the running server have it. */
export interface ObservedJail {
  /** Undefined: there is no file of ours. */
  readonly options: JailOptions | undefined;
  /** Undefined: the server is not running, so nothing is known of its jails. */
  readonly isRunning: boolean | undefined;
}

type JailKeys = Pick<JailSpec, 'name'> & Partial<JailSpec>;

/**
 * One jail of fail2ban, in a file of its own below jail.d.
 *
 * All changed files are tried together with `fail2ban-client -t` on a copy of the configuration before any of them is
 * put in place. A running server is then reloaded, which keeps its bans. A jail that is configured but not running is a
 * difference. On Debian 12 without rsyslog the jail `sshd`, which the package enables, keeps the whole server from
 * starting: declare it here, and it reads the journal.
 *
 * Identity: `name`, once per host.
 * Units: times in seconds, or with the suffix s, m, h, d or w.
 * Cost: one fragment to probe, with one call of fail2ban-client (0.1 s) where the server runs; one to apply.
 * Errors: PREREQUISITE_MISSING for a name that is neither a jail nor a filter; APPLY_FAILED with what fail2ban says of the configuration.
 * Source: jail.conf(5), fail2ban-client(1). Captured on Debian 12 (fail2ban 1.0.2) and 13 (1.1.0).
 * @example Fail2banJail({ name: 'postfix', port: ['smtp', 465, 587], filter: 'postfix[mode=extra]', ignoreip: ['192.0.2.1'] })
 */
export const Fail2banJail = withPorts(
  defineResource({
    kind: 'Fail2banJail',
    schema: jailSchema,
    keys: ['name', 'filter', 'ensure'],
    identity: (spec) => spec.name,
    claims: (spec) => [`jail:${spec.name}`, `path:${jailPath(spec.name)}`],
    edges: () => ({
      after: [
        'package:fail2ban',
        'package:python3-systemd',
        'under:/etc/fail2ban/filter.d',
        'under:/etc/fail2ban/action.d',
      ],
      before: ['unit:fail2ban.service'],
    }),
    driver: {
      via: 'shell',
      exclusive: ['files'],
      commands: ['fail2ban-client', 'base64'],
      probe: (specs) => sh`
look() {
  if [ ! -e "$2" ]; then printf 'file %s -\\n' "$1"
  elif [ -r "$2" ]; then printf 'file %s %s\\n' "$1" "$(base64 <"$2" | tr -d '\\n')"
  else printf 'denied %s\\n' "$1"; fi
  [ "$3" = DEFAULT ] || [ -e "/etc/fail2ban/filter.d/$4.conf" ] || [ -e "/etc/fail2ban/filter.d/$4.local" ] ||
    grep -qsF "[$3]" /etc/fail2ban/jail.conf || printf 'nothing %s\\n' "$1"
}
set -- ${specs.flatMap((spec) => [jailPath(spec.name), spec.name, filterOf(spec)])}
index=0
while [ $# -gt 0 ]; do look "$index" "$1" "$2" "$3"; index=$((index + 1)); shift 3; done
if [ -S /run/fail2ban/fail2ban.sock ] || [ -S /var/run/fail2ban/fail2ban.sock ]; then
  fail2ban-client status 2>/dev/null | sed -n 's/.*Jail list:[[:space:]]*/running /p'
fi
:`,
      parse: parseJails,
      apply: applyJails,
      timeLimitsMs: { apply: 120_000 },
    },
    diff: diffJail,
  }),
  ['port'],
);

/** Name of the filter alone, for finding its file. */
function filterOf(spec: JailKeys): string {
  return (spec.filter ?? spec.name).replace(/\[.*$/s, '');
}

function parseJails(
  { stdout }: ProbeOutput,
  specs: readonly JailKeys[],
): readonly Reading<ObservedJail>[] {
  const outputLines = stdout.split('\n');
  const running = outputLines.find((line) => line.startsWith('running '))?.slice('running '.length);
  const jails = running?.split(/[,\s]+/).filter((name) => name !== '');
  return specs.map((spec, index): Reading<ObservedJail> => {
    if (outputLines.includes(`denied ${index}`)) return unreadable(denied(spec.name));
    if (outputLines.includes(`nothing ${index}`) && spec.ensure !== 'absent') {
      return unknown(`fail2ban has neither a jail nor a filter named ${filterOf(spec)}`);
    }
    const file = outputLines.find((line) => line.startsWith(`file ${index} `))?.split(' ')[2];
    if (file === undefined || file === '-') return absent;
    const options = parseJailText(Buffer.from(file, 'base64').toString());
    return present({ options, isRunning: jails?.includes(spec.name) });
  });
}

function denied(name: string): HostwrightError {
  return new HostwrightError('PROBE_FAILED', { problem: `${jailPath(name)} may not be read.` });
}

function diffJail(
  spec: JailSpec,
  reading: Extract<Reading<ObservedJail>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  if (spec.ensure === 'absent') {
    return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
  }
  const wanted = jailOptions(spec);
  const found = reading.is === 'absent' ? {} : (reading.observed.options ?? {});
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  const options = names
    .filter((name) => wanted[name] !== found[name])
    .map((name) => ({ field: name, from: found[name] ?? null, to: wanted[name] ?? null }));
  if (reading.is === 'absent') return [{ field: 'exists', from: false, to: true }, ...options];
  const { isRunning } = reading.observed;
  const shouldRun = spec.enabled ?? true;
  const isWrong = spec.name !== 'DEFAULT' && isRunning !== undefined && isRunning !== shouldRun;
  return isWrong ? [...options, { field: 'running', from: isRunning, to: shouldRun }] : options;
}
