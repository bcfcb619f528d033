import { absent, HostwrightError, present, type Reading } from '@hostwright/core';
import { describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import type { DnsProvider, RecordSet } from './dns-provider.ts';
import { DnsRecord } from './dns-record.ts';

const { driver } = DnsRecord.type;
if (driver.via !== 'remote') throw new Error('DnsRecord is read through an API');

/** A provider that keeps records in memory and notes how often it is asked. */
function memory(label: string, failure?: HostwrightError) {
  const sets = new Map<string, RecordSet>();
  const calls: string[] = [];
  const provider: DnsProvider = {
    label,
    read: async (keys) => {
      calls.push(`read ${keys.length}`);
      if (failure !== undefined) throw failure;
      return keys.map(({ name, type }): Reading<RecordSet> => {
        const set = sets.get(`${name} ${type}`);
        return set === undefined ? absent : present(set);
      });
    },
    write: async (changes) => {
      calls.push(`write ${changes.length}`);
      for (const { key, desired } of changes) {
        if (desired === 'absent') sets.delete(`${key.name} ${key.type}`);
        else sets.set(`${key.name} ${key.type}`, { ...key, zone: key.zone ?? '', ...desired });
      }
      return changes.map(() => undefined);
    },
  };
  return { provider, calls };
}

const { provider } = memory('memory');
const base = { provider, zone: 'example.com' };

describeResource(DnsRecord, {
  valid: [
    {
      ...base,
      name: 'mail',
      type: 'A',
      ttl: 300,
      values: ['192.0.2.1', '192.0.2.2'],
      ensure: 'present',
    },
    { provider, name: 'example.com.', type: 'MX', values: ['10 mail.example.com.'] },
  ],
  invalid: {
    'an address that is none': { ...base, name: 'a', type: 'A', values: ['192.0.2.300'] },
    'a preference of 70000': {
      ...base,
      name: '@',
      type: 'MX',
      values: ['70000 mail.example.com.'],
    },
    'a negative ttl': { ...base, name: 'a', type: 'A', ttl: -1, values: ['192.0.2.1'] },
    'a type that is not understood': { ...base, name: 'a', type: 'HINFO', values: ['x'] },
    'a CNAME at the zone itself': { ...base, name: '@', type: 'CNAME', values: ['b.example.net.'] },
    'two SPF records': {
      ...base,
      name: '@',
      type: 'TXT',
      values: ['v=spf1 -all', 'v=spf1 mx -all'],
    },
    'a name out of the zone': { ...base, name: 'a.example.net.', type: 'A', values: ['192.0.2.1'] },
    'a relative name without a zone': { provider, name: 'a b', type: 'A', values: ['192.0.2.1'] },
    'no values': { ...base, name: 'a', type: 'A' },
    'values of something absent': {
      ...base,
      name: 'a',
      type: 'A',
      values: ['192.0.2.1'],
      ensure: 'absent',
    },
  },
});

const signal = new AbortController().signal;

function record(spec: {
  readonly provider?: DnsProvider;
  readonly name?: string;
  readonly values?: string[];
}) {
  return { ...base, name: 'a', type: 'TXT' as const, ...spec };
}

test('records of one provider travel together, those of another beside them', async () => {
  const [one, two] = [memory('one'), memory('two')];
  const specs = [one, two, one].map(({ provider }, index) =>
    record({ provider, name: `n${index}`, values: ['x'] }),
  );
  const readings = await driver.read(specs, signal);
  expect(readings.map(({ is }) => is)).toEqual(['absent', 'absent', 'absent']);
  const differences = specs.map((spec) => ({
    spec,
    reading: { is: 'absent' as const },
    fields: [],
  }));
  expect(await driver.write(differences, signal)).toEqual([undefined, undefined, undefined]);
  expect([one.calls, two.calls]).toEqual([
    ['read 2', 'write 2'],
    ['read 1', 'write 1'],
  ]);
});

test('a provider that cannot be reached fails its own records only', async () => {
  const down = memory('down', new HostwrightError('DNS_UNREACHABLE', { problem: 'It is down.' }));
  const readings = await driver.read([record({ provider: down.provider }), record({})], signal);
  expect(readings.map(({ is }) => is)).toEqual(['unreadable', 'absent']);
});

test('a long TXT value is one value however it is split, and order does not matter', async () => {
  const { provider } = memory('round trip');
  const spec = record({ provider, values: ['k'.repeat(600), 'second'] });
  await driver.write([{ spec, reading: { is: 'absent' }, fields: [] }], signal);
  const [reading] = await driver.read([spec], signal);
  if (reading?.is !== 'present') throw new Error('it was not read');
  expect(DnsRecord.type.diff({ ...spec, values: ['second', 'k'.repeat(600)] }, reading)).toEqual(
    [],
  );
  const fields = DnsRecord.type.diff({ ...spec, ttl: 60, values: ['second'] }, reading);
  expect(fields.map(({ field }) => field)).toEqual(['ttl', 'values']);
  expect(
    DnsRecord.type.diff({ ...record({ provider }), ensure: 'absent' as const }, reading),
  ).toEqual([{ field: 'exists', from: true, to: false }]);
});
