import { defineResource, type FieldDiff, HostwrightError, type Reading } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { readByProvider, writeByProvider } from './by-provider.ts';
import {
  type DnsProvider,
  formatKey,
  isSameContent,
  type RecordContent,
  type RecordSet,
  recordContent,
  recordKey,
} from './dns-provider.ts';
import { formatName } from './domain-name.ts';
import { lintRecords } from './record-lint.ts';
import { type RecordType, recordTypes } from './record-value.ts';

const schema = Type.Object(
  {
    provider: Type.Unsafe<DnsProvider>({
      type: 'object',
      properties: {
        label: { type: 'string', maxLength: 512, description: 'Its name in messages.' },
        read: { description: 'Reads many record sets.' },
        write: { description: 'Writes many record sets.' },
      },
      required: ['label', 'read', 'write'],
      additionalProperties: false,
      description:
        'Where the records are kept, such as `rfc2136({ server, key })`. Records of one provider travel together.',
    }),
    zone: Type.Optional(
      Type.String({
        pattern: '^[^\\s]+$',
        maxLength: 254,
        description:
          'Zone that holds the name. Default: found by asking the server, and then `name` must be full.',
      }),
    ),
    name: Type.String({
      pattern: '^[^\\s]+$',
      maxLength: 254,
      description: 'Owner name: relative to `zone`, `@` for the zone itself, or full.',
    }),
    type: Type.Unsafe<RecordType>({
      type: 'string',
      enum: [...recordTypes],
      description: 'Record type.',
    }),
    ttl: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_147_483_647,
        description: 'Seconds that resolvers may keep it. Default: 3600.',
      }),
    ),
    values: Type.Optional(
      Type.Array(
        Type.String({
          maxLength: 65_535,
          description: 'One value as in a zone file; a TXT value is split and quoted for you.',
        }),
        {
          minItems: 1,
          maxItems: 100,
          description:
            'All values of the record set, in any order; others are removed from it. May be outputs.',
        },
      ),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the whole record set. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);

type RecordSpec = Static<typeof schema>;
type RecordKeys = Pick<RecordSpec, 'provider' | 'name' | 'type'> & Partial<RecordSpec>;
type KnownReading = Extract<Reading<RecordSet>, { is: 'present' | 'absent' }>;

const ttlSecondsDefault = 3600;

/**
 * One record set of DNS: all records of one name and type.
 *
 * Only the record sets that are named are ever touched. A set that somebody else changed between reading and writing is
 * refused, not overwritten. After a write it is read again, because servers ignore some updates in silence. Runs on the
 * controller: put it in a play with `hosts: 'controller'`.
 *
 * Identity: provider, name and type.
 * Units: TTL in seconds.
 * Cost: that of its provider; a hundred record sets cost little more than one.
 * Errors: SPEC_INVALID for a value that its type does not allow; DNS_*, one for each way in which a server says no.
 * Source: RFC 1035, RFC 2136, RFC 2181. Seen to work with BIND 9.18 and 9.20, Knot 3.2 and 3.4, PowerDNS 4.7 and 4.9.
 * @example
 * const provider = rfc2136({ server: '192.0.2.53' });
 * DnsRecord({ provider, zone: 'example.com', name: 'mx1', type: 'A', values: ['192.0.2.10'] });
 */
export const DnsRecord = defineResource({
  kind: 'DnsRecord',
  schema,
  keys: ['provider', 'zone', 'name', 'type', 'ensure'],
  identity: (spec) => formatKey(recordKey(spec)),
  claims: (spec) => [`dns:${spec.provider.label} ${formatKey(recordKey(spec))}`],
  check: checkRecord,
  driver: {
    via: 'remote',
    read: (specs, signal) => readByProvider(specs, signal),
    write: (differences, signal) =>
      writeByProvider(
        differences.map(({ spec, reading }) => ({
          provider: spec.provider,
          change: {
            key: recordKey(spec),
            observed: reading.is === 'absent' ? 'absent' : reading.observed,
            desired: desiredContent(spec),
          },
        })),
        signal,
      ),
  },
  diff: diffRecord,
  outputs: (_spec, observed: RecordSet) => ({
    /** Full name, without the final dot. */
    name: formatName(observed.name),
    /** Zone that holds it, without the final dot. */
    zone: formatName(observed.zone),
  }),
});

function checkRecord(spec: RecordKeys): readonly string[] {
  const isAbsent = spec.ensure === 'absent';
  if (isAbsent && 'values' in spec)
    return ['Property values says nothing about a record set that is to be absent.'];
  if (!isAbsent && !('values' in spec)) return ['Property values is missing.'];
  try {
    recordKey(spec);
    const { values, ttl = ttlSecondsDefault, zone, name, type } = spec;
    if (values === undefined) return [];
    const findings = lintRecords([{ zone, name, type, ttl, values }]);
    return findings.filter(({ severity }) => severity === 'error').map(({ problem }) => problem);
  } catch (thrown) {
    if (thrown instanceof HostwrightError) return [thrown.problem];
    throw thrown;
  }
}

function desiredContent(spec: RecordSpec): RecordContent | 'absent' {
  if (spec.ensure === 'absent') return 'absent';
  return recordContent(spec.type, {
    ttl: spec.ttl ?? ttlSecondsDefault,
    values: spec.values ?? [],
  });
}

function diffRecord(spec: RecordSpec, reading: KnownReading): readonly FieldDiff[] {
  const desired = desiredContent(spec);
  const observed = reading.is === 'absent' ? 'absent' : reading.observed;
  if (isSameContent(desired, observed)) return [];
  if (desired === 'absent') return [{ field: 'exists', from: true, to: false }];
  if (observed === 'absent') {
    return [
      { field: 'exists', from: false, to: true },
      { field: 'ttl', from: null, to: desired.ttl },
      { field: 'values', from: [], to: desired.values },
    ];
  }
  const fields: readonly FieldDiff[] = [
    { field: 'ttl', from: observed.ttl, to: desired.ttl },
    { field: 'values', from: observed.values, to: desired.values },
  ];
  return fields.filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
}
