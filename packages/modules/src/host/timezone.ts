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
  unknown,
  unreadable,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { putLinkFunction } from '../files/put-link.ts';
import { textWrite, writeFiles } from '../files/write-file.ts';

const schema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$',
      maxLength: 64,
      description: 'Name of the time zone, as tzdata has it: `Europe/Berlin`, `Etc/UTC`.',
    }),
  },
  { additionalProperties: false },
);

type TimezoneSpec = Readonly<Static<typeof schema>>;

interface ObservedTimezone {
  /** What /etc/localtime leads to: a zone, or another path; undefined when there is none. */
  readonly localtime: string | undefined;
  /** The name in /etc/timezone; undefined when there is none, as on Debian 13. */
  readonly timezone: string | undefined;
}

const zones = '/usr/share/zoneinfo';
const nameFile = '/etc/timezone';

/**
 * The time zone of the host: the link /etc/localtime, and /etc/timezone where that exists. It needs neither D-Bus nor
 * systemd-timedated.
 *
 * A program reads its zone when it starts: let this notify the Service of what is to show the new time, such as cron.
 *
 * Identity: once per host.
 * Units: none.
 * Cost: one readlink to probe.
 * Errors: PREREQUISITE_MISSING for a zone that the host does not have: misspelt, or of the package tzdata-legacy, or there is
 * no tzdata. APPLY_FAILED where /etc/localtime is mounted from elsewhere, as in containers.
 * Source: localtime(5), tzselect(8), the scripts of the package tzdata. Captured on Debian 12 and 13.
 * @example Timezone({ name: 'Europe/Berlin' })
 */
export const Timezone = defineResource({
  kind: 'Timezone',
  schema,
  keys: ['name'],
  identity: () => 'host',
  claims: () => ['path:/etc/localtime', `path:${nameFile}`],
  edges: () => ({ after: ['package:tzdata', 'package:tzdata-legacy'] }),
  driver: {
    via: 'shell',
    exclusive: ['files'],
    commands: ['readlink', 'mktemp'],
    probe: (specs) => sh`
if [ -L /etc/localtime ]; then printf 'localtime %s\\n' "$(readlink /etc/localtime)"
elif [ -e /etc/localtime ]; then echo 'localtime a file'
else echo 'no localtime'; fi
if [ ! -e ${nameFile} ]; then :
elif [ -r ${nameFile} ]; then printf 'timezone %s\\n' "$(cat ${nameFile})"
else echo denied; fi
for zone in ${specs.map(({ name }) => name)}; do [ ! -f ${zones}/"$zone" ] || printf 'zone %s\\n' "$zone"; done
:`,
    parse: parseTimezone,
    apply: applyTimezone,
  },
  diff: timezoneDiff,
});

function parseTimezone(
  { stdout }: ProbeOutput,
  specs: readonly Pick<TimezoneSpec, 'name'>[],
): readonly Reading<ObservedTimezone>[] {
  const [, target] = /^localtime (.+)$/m.exec(stdout) ?? [];
  const [, timezone] = /^timezone (.*)$/m.exec(stdout) ?? [];
  const isListed = target !== undefined || /^no localtime$/m.test(stdout);
  if (!isListed || /^denied$/m.test(stdout)) {
    const problem = 'The time zone of the host could not be read.';
    return specs.map(() => unreadable(new HostwrightError('PROBE_FAILED', { problem })));
  }
  const localtime = target?.replace(/^(\/|(\.\.\/)+)usr\/share\/zoneinfo\//, '');
  const there = stdout.split('\n');
  return specs.map(({ name }) =>
    there.includes(`zone ${name}`)
      ? present({ localtime, timezone })
      : unknown(`the host has no time zone ${name} below ${zones}`),
  );
}

function timezoneDiff(
  { name }: TimezoneSpec,
  reading: Extract<Reading<ObservedTimezone>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const { localtime, timezone } =
    reading.is === 'present' ? reading.observed : { localtime: undefined, timezone: undefined };
  const isSame = (found: string) => plainZone(found) === plainZone(name);
  return [
    ...(localtime !== undefined && isSame(localtime)
      ? []
      : [{ field: 'localtime', from: localtime ?? null, to: name }]),
    ...(timezone === undefined || isSame(timezone)
      ? []
      : [{ field: 'timezone', from: timezone, to: name }]),
  ];
}

/** Upgrades of tzdata make Etc/UTC of a zone that is called UTC. */
function plainZone(name: string): string {
  return name === 'UTC' ? 'Etc/UTC' : name;
}

/** Readers see the old link or the new one. */
function applyTimezone(differences: readonly Difference<TimezoneSpec, ObservedTimezone>[]): Sh {
  const differing = (wanted: string) =>
    differences
      .filter(({ fields }) => fields.some(({ field }) => field === wanted))
      .map(({ spec }) => spec.name);
  const names = differing('timezone').map((name) => textWrite(nameFile, `${name}\n`));
  return lines([
    sh`hw_status=0`,
    putLinkFunction,
    ...differing('localtime').map(
      (name) => sh`hw_put_link /etc/localtime ${`${zones}/${name}`} || exit 1`,
    ),
    writeFiles(names),
    sh`exit "$hw_status"`,
  ]);
}
