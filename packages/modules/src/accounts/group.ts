import {
  absent,
  type Difference,
  defineResource,
  type FieldDiff,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
} from '@hostwright/core';
import { Type } from 'typebox';
import { accountFunction } from './account-commands.ts';
import { accountName } from './account-name.ts';

const schema = Type.Object(
  {
    name: accountName('Name of the group; lower case, at most 32 characters.'),
    gid: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_294,
        description: 'Number of the group. Default: kept as it is; the next free one when new.',
      }),
    ),
    system: Type.Optional(
      Type.Boolean({
        description:
          'True gives a new group a number of the range for system groups (100 to 999 on Debian). Default: false. Says nothing about a group that exists.',
      }),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the group. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);

interface GroupSpec {
  readonly name: string;
  readonly gid?: number;
  readonly system?: boolean;
  readonly ensure?: 'present' | 'absent';
}

interface ObservedGroup {
  readonly gid: number;
}

/**
 * A group of users. Who is in it is said by User.
 *
 * Identity: `name`, once per host; a `gid` can be claimed once as well.
 * Units: none.
 * Cost: one getent per host to probe, however many groups; one process for each that changes.
 * Errors: APPLY_FAILED with what groupadd, groupmod or groupdel said, such as a number that is taken.
 * Source: getent(1), group(5), groupadd(8). Captured on Debian 12 and 13.
 * @example Group({ name: 'vmail', gid: 5000 })
 */
export const Group = defineResource({
  kind: 'Group',
  schema,
  keys: ['name'],
  identity: (spec) => spec.name,
  claims: (spec) => [`group:${spec.name}`, ...(spec.gid === undefined ? [] : [`gid:${spec.gid}`])],
  edges: (spec) => ({ after: [`package:${spec.name}`, `package-stem:${spec.name}`] }),
  check: (spec) =>
    spec.ensure === 'absent' && (spec.gid !== undefined || spec.system !== undefined)
      ? ['Properties gid and system say nothing about a group that is to be absent.']
      : [],
  driver: {
    via: 'shell',
    exclusive: ['accounts'],
    commands: ['getent', 'groupadd'],
    probe: (specs) => sh`getent group ${specs.map(({ name }) => name)}
case $? in 0 | 2) ;; *) exit 1 ;; esac`,
    parse: parseGroups,
    apply: applyGroups,
  },
  diff: groupDiff,
  outputs: (_spec, observed: ObservedGroup) => ({
    /** Number of the group. */
    gid: observed.gid,
  }),
});

/** One line of group(5): `name:password:gid:member,member`. */
function parseGroups(
  { stdout }: ProbeOutput,
  specs: readonly Pick<GroupSpec, 'name'>[],
): readonly Reading<ObservedGroup>[] {
  const found = new Map(
    stdout.split('\n').map((line) => {
      const [name = '', , gid = ''] = line.split(':');
      return [name, Number(gid)];
    }),
  );
  return specs.map(({ name }) => {
    const gid = found.get(name);
    return gid === undefined ? absent : present({ gid });
  });
}

function groupDiff(
  { gid, ensure }: GroupSpec,
  reading: Extract<Reading<ObservedGroup>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  if (ensure === 'absent') {
    return reading.is === 'absent' ? [] : [{ field: 'exists', from: true, to: false }];
  }
  const from = reading.is === 'absent' ? null : reading.observed.gid;
  const number = gid === undefined || gid === from ? [] : [{ field: 'gid', from, to: gid }];
  return reading.is === 'absent' ? [{ field: 'exists', from: false, to: true }, ...number] : number;
}

function applyGroups(differences: readonly Difference<GroupSpec, ObservedGroup>[]): Sh {
  return lines([
    accountFunction,
    sh`hw_status=0`,
    ...differences.map((difference) => sh`${changeOf(difference)} || hw_status=1`),
    sh`exit $hw_status`,
  ]);
}

function changeOf({ spec, reading }: Difference<GroupSpec, ObservedGroup>): Sh {
  const { name, gid, system, ensure } = spec;
  // A group may be gone by now, because userdel takes the group of the same name along.
  if (ensure === 'absent') {
    return sh`! getent group ${name} >/dev/null || hw_account groupdel ${name}`;
  }
  const number = gid === undefined ? [] : ['-g', gid];
  if (reading.is === 'present') return sh`hw_account groupmod ${number} ${name}`;
  const range = system === true ? ['-r'] : [];
  return sh`hw_account groupadd ${range} ${number} ${name}`;
}
