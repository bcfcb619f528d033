import {
  type Difference,
  defineResource,
  type FieldDiff,
  HostwrightError,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unreadable,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { textWrite, writeFiles } from '../files/write-file.ts';

const schema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$',
      maxLength: 64,
      description:
        'Name of the host: one label, as Debian has it (`mail`), or a full domain name. Small letters; at most 64 characters.',
    }),
  },
  { additionalProperties: false },
);

type HostnameSpec = Readonly<Static<typeof schema>>;

interface ObservedHostname {
  /** The name in /etc/hostname; undefined when there is none. */
  readonly stored: string | undefined;
  /** The name that the running host has. */
  readonly live: string;
}

const path = '/etc/hostname';

/**
 * The name of the host: in /etc/hostname, and of the running host at once. All packages come after it, since the scripts of
 * some write it down. It needs neither D-Bus nor systemd-hostnamed.
 *
 * /etc/hosts is left as it is: have the new name there, too (FileLine), or sudo looks for it in DNS and says that it cannot
 * find it. Facts such as `facts.fqdn` are read before a run and know the old name.
 *
 * Identity: once per host.
 * Units: none.
 * Cost: one grep to probe.
 * Errors: APPLY_FAILED where the host may not name itself, as in most containers; then nothing is stored.
 * Source: hostname(5), hostname(1), uname(1). Captured on Debian 12 and 13.
 * @example Hostname({ name: 'mail' })
 */
export const Hostname = defineResource({
  kind: 'Hostname',
  schema,
  keys: [],
  identity: () => 'host',
  claims: () => [`path:${path}`],
  provides: () => ['hostname'],
  check: ({ name }) =>
    name !== undefined && /(^|\.)\d+$/.test(name)
      ? ['Property name ends in a number, as an address does.']
      : [],
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['hostname', 'grep', 'mktemp'],
    probe: () => sh`
printf 'live %s\\n' "$(uname -n)"
if [ ! -e ${path} ]; then :
elif [ -r ${path} ]; then grep -v '^[[:space:]]*\\(#\\|$\\)' ${path} | { read -r name rest; printf 'stored %s\\n' "$name"; }
else echo denied; fi
:`,
    parse: parseHostname,
    apply: applyHostname,
  },
  diff: hostnameDiff,
});

/** The first line of the file that is no comment. */
function parseHostname(
  { stdout }: ProbeOutput,
  specs: readonly unknown[],
): readonly Reading<ObservedHostname>[] {
  const [, live] = /^live (\S+)$/m.exec(stdout) ?? [];
  const [, stored] = /^stored (\S+)$/m.exec(stdout) ?? [];
  if (live === undefined || /^denied$/m.test(stdout)) {
    const problem = 'The name of the host could not be read.';
    return specs.map(() => unreadable(new HostwrightError('PROBE_FAILED', { problem })));
  }
  return specs.map(() => present({ stored, live }));
}

function hostnameDiff(
  { name }: HostnameSpec,
  reading: Extract<Reading<ObservedHostname>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const { stored, live } =
    reading.is === 'present' ? reading.observed : { stored: undefined, live: undefined };
  return [
    ...(stored === name ? [] : [{ field: 'stored', from: stored ?? null, to: name }]),
    ...(live === name ? [] : [{ field: 'live', from: live ?? null, to: name }]),
  ];
}

function applyHostname(differences: readonly Difference<HostnameSpec, ObservedHostname>[]): Sh {
  const isLive = (fields: readonly FieldDiff[]) => fields.some(({ field }) => field === 'live');
  const isStored = (fields: readonly FieldDiff[]) => fields.some(({ field }) => field === 'stored');
  const writes = differences.flatMap(({ spec, fields }) => (isStored(fields) ? [spec.name] : []));
  return lines([
    sh`hw_status=0`,
    ...differences.map(({ spec, fields }) =>
      isLive(fields) ? sh`hostname ${spec.name} || exit 1` : sh`:`,
    ),
    writeFiles(writes.map((name) => textWrite(path, `${name}\n`))),
    sh`exit "$hw_status"`,
  ]);
}
