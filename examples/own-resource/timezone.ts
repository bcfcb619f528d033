import { absent, defineResource, lines, present, sh } from '@hostwright/core';
import { Type } from 'typebox';

const schema = Type.Object(
  {
    zone: Type.String({
      pattern: '^[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}$',
      maxLength: 64,
      description: 'Name of the zone as in /usr/share/zoneinfo: `Europe/Berlin`, `UTC`.',
    }),
  },
  { additionalProperties: false },
);

const zones = '/usr/share/zoneinfo';

/**
 * The time zone of the host.
 *
 * Identity: one per host.
 * Units: none.
 * Cost: one readlink to probe, one ln to apply.
 * Errors: APPLY_FAILED for a zone that tzdata does not have.
 * Source: localtime(5). Captured on Debian 12 and 13.
 * @example Timezone({ zone: 'Europe/Berlin' })
 */
export const Timezone = defineResource({
  kind: 'Timezone',
  schema,
  keys: [],
  identity: () => 'localtime',
  claims: () => ['path:/etc/localtime'],
  edges: () => ({ after: ['package:tzdata'] }),
  driver: {
    via: 'shell',
    commands: ['readlink'],
    probe: (specs) => lines(specs.map(() => sh`readlink -- /etc/localtime || echo`)),
    parse: ({ stdout }, specs) => {
      const [target = ''] = stdout.split('\n');
      // The link may be relative, and below another folder of zones.
      const zone = /zoneinfo\/(?:posix\/)?(.+)$/.exec(target)?.[1];
      return specs.map(() => (zone === undefined ? absent : present(zone)));
    },
    apply: (differences) =>
      lines([
        sh`set -e`,
        ...differences.map(
          ({ spec: { zone } }) =>
            sh`test -f ${`${zones}/${zone}`} || { echo ${`There is no zone ${zone}.`} >&2; exit 1; }
ln -sfn -- ${`${zones}/${zone}`} /etc/localtime`,
        ),
      ]),
  },
  diff: ({ zone }, reading) => {
    if (reading.is === 'absent') return [{ field: 'exists', from: false, to: true }];
    return reading.observed === zone ? [] : [{ field: 'zone', from: reading.observed, to: zone }];
  },
});
