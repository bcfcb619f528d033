import { expect, test } from '@jest/globals';
import { type RecordContent, recordContent, recordKey } from './dns-provider.ts';
import {
  groupChanges,
  type PendingChange,
  planUpdate,
  refusal,
  splitGroup,
} from './plan-update.ts';
import { encodeData } from './record-data.ts';
import type { StoredSet } from './record-store.ts';
import type { RecordType } from './record-value.ts';

const zone = 'example.com.';
const content = (type: RecordType, ...values: string[]) =>
  recordContent(type, { ttl: 300, values });

function pending(
  name: string,
  type: RecordType,
  observed: RecordContent | 'absent',
  desired: RecordContent | 'absent',
  stored: Partial<StoredSet> = {},
): PendingChange {
  const data = observed === 'absent' ? [] : observed.values.map((value) => encodeData(type, value));
  return {
    index: 0,
    change: { key: recordKey({ zone, name, type }), observed, desired },
    stored: { zone, content: observed, data, alias: undefined, ...stored },
  };
}

const kinds = (group: readonly PendingChange[]) => {
  const { prerequisites, steps } = planUpdate(zone, group);
  return [prerequisites.map(({ kind }) => kind), steps.map(({ kind }) => kind)];
};

test('R35: a set is replaced only where it still holds what was observed', () => {
  const change = pending(
    'a',
    'A',
    content('A', '192.0.2.1'),
    content('A', '192.0.2.2', '192.0.2.3'),
  );
  expect(kinds([change])).toEqual([['holds'], ['delete-set', 'add', 'add']]);
});

test('a set is made only where none is, and a CNAME only where nothing is', () => {
  expect(kinds([pending('a', 'A', 'absent', content('A', '192.0.2.1'))])).toEqual([
    ['absent'],
    ['add'],
  ]);
  const alias = pending('a', 'CNAME', 'absent', content('CNAME', 'b.example'));
  expect(kinds([alias])).toEqual([['name-unused'], ['add']]);
});

test('an address gives way to a CNAME within one message, removal first', () => {
  const alias = pending('a', 'CNAME', 'absent', content('CNAME', 'b.example'));
  const address = pending('a', 'A', content('A', '192.0.2.1'), 'absent');
  expect(kinds([alias, address])).toEqual([
    ['absent', 'holds'],
    ['delete-set', 'add'],
  ]);
  expect(splitGroup([alias, address])).toBeUndefined();
});

test('the name servers of the zone are added first and removed one by one', () => {
  const before = content('NS', 'ns1.example.', 'NS2.example.');
  const change = pending('@', 'NS', before, content('NS', 'ns2.example.', 'ns3.example.'));
  const update = planUpdate(zone, [change]);
  expect(update.steps.map(({ kind }) => kind)).toEqual(['add', 'add', 'delete-record']);
  expect(update.steps[2]).toMatchObject({ data: encodeData('NS', 'ns1.example.') });
});

test.each<[string, PendingChange, string, string]>([
  [
    'what someone else changed',
    pending('a', 'A', content('A', '192.0.2.1'), 'absent', { content: content('A', '192.0.2.9') }),
    'DNS_CHANGED_MEANWHILE',
    'a.example.com A was 300 192.0.2.1 when planned, and is 300 192.0.2.9 now.',
  ],
  [
    'a CNAME at the apex',
    pending('@', 'CNAME', 'absent', content('CNAME', 'b.example')),
    'DNS_CNAME_CONFLICT',
    'example.com is the zone itself',
  ],
  [
    'a zone without name servers',
    pending('@', 'NS', content('NS', 'ns1.example.'), 'absent'),
    'DNS_RECORD_INVALID',
    'cannot be removed',
  ],
  [
    'a record beside a CNAME',
    pending('a', 'A', 'absent', content('A', '192.0.2.1'), { alias: 'b.example.' }),
    'DNS_CNAME_CONFLICT',
    'a.example.com is a CNAME to b.example.',
  ],
  [
    'more than a message holds',
    pending('a', 'TXT', 'absent', content('TXT', 'x'.repeat(62_000))),
    'DNS_RECORD_INVALID',
    'at most 60000 bytes',
  ],
])('%s is refused', (_, change, code, problem) => {
  const error = refusal(change, [change]);
  expect(error?.code).toBe(code);
  expect(error?.problem).toContain(problem);
});

test('a record may take the place of a CNAME that goes in the same write', () => {
  const address = pending('a', 'A', 'absent', content('A', '192.0.2.1'), { alias: 'b.example.' });
  const alias = pending('a', 'CNAME', content('CNAME', 'b.example.'), 'absent');
  expect(refusal(address, [address, alias])).toBeUndefined();
});

test('groups fit a message, keep a name together and a zone apart', () => {
  const text = (name: string) => pending(name, 'TXT', 'absent', content('TXT', 'x'.repeat(20_000)));
  const other = pending('z', 'A', 'absent', content('A', '192.0.2.1'), { zone: 'other.example.' });
  const changes = [
    text('a'),
    text('b'),
    text('c'),
    text('d'),
    pending('a', 'A', 'absent', content('A', '192.0.2.1')),
    other,
  ];
  const groups = groupChanges(changes, 60_000);
  const names = groups.map((group) => group.map(({ change }) => change.key.name[0]).join(''));
  expect(names).toEqual(['aab', 'cd', 'z']);
  expect(groups.flat()).toHaveLength(changes.length);
});

test('addresses come before what points to them, and go after it', () => {
  const names = groupChanges(
    [
      pending('gone', 'A', content('A', '192.0.2.1'), 'absent'),
      pending('@', 'MX', 'absent', content('MX', '10 mail.example.com.')),
      pending('mail', 'A', 'absent', content('A', '192.0.2.1')),
    ],
    60_000,
  ).flatMap((group) => group.map(({ change }) => change.key.name));
  expect(names).toEqual(['mail.example.com.', 'example.com.', 'gone.example.com.']);
});
