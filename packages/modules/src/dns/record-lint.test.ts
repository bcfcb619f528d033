import { expect, test } from '@jest/globals';
import { lintRecords, type RecordDeclaration } from './record-lint.ts';

const zone = 'example.com';
const record = (name: string, type: string, ...values: string[]): RecordDeclaration => {
  return { zone, name, type, ttl: 300, values };
};
const rules = (...records: RecordDeclaration[]) =>
  lintRecords(records).map(({ rule, severity, index }) => `${index} ${severity} ${rule}`);

test('R36: the records of a mail domain have nothing to complain about', () => {
  const records = [
    record('@', 'MX', '10 mail.example.com'),
    record('@', 'TXT', 'v=spf1 mx ~all', 'google-site-verification=x'),
    record('mail', 'A', '192.0.2.10'),
    record('_dmarc', 'TXT', 'v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com'),
    record('www', 'CNAME', 'mail.example.com.'),
  ];
  expect(lintRecords(records)).toEqual([]);
});

test.each<[string, RecordDeclaration[], string[]]>([
  [
    'a CNAME beside others',
    [record('www', 'A', '192.0.2.1'), record('WWW', 'CNAME', 'a.example')],
    ['1 error cname-alone'],
  ],
  ['a CNAME at the apex', [record('@', 'CNAME', 'a.example')], ['0 error cname-not-at-apex']],
  ['two CNAMEs', [record('a', 'CNAME', 'a.example', 'b.example')], ['0 error cname-single']],
  ['a name out of zone', [record('a.example.org.', 'A', '192.0.2.1')], ['0 error valid']],
  ['an MX that points to an address', [record('@', 'MX', '10 192.0.2.1')], ['0 error valid']],
  ['an NS that points to an address', [record('sub', 'NS', '192.0.2.1')], ['0 error valid']],
  ['a TTL out of range', [{ ...record('a', 'A', '192.0.2.1'), ttl: -1 }], ['0 error valid']],
  [
    'two SPF records',
    [record('@', 'TXT', 'v=spf1 mx -all', '"V=SPF1" " a -all"')],
    ['0 error one-spf'],
  ],
  [
    'two DMARC records',
    [record('_dmarc', 'TXT', 'v=DMARC1; p=none', 'v=DMARC1; p=reject')],
    ['0 error one-dmarc'],
  ],
  [
    'an MX to a CNAME',
    [record('@', 'MX', '10 m.example.com'), record('m', 'CNAME', 'x.example')],
    ['0 error target-not-alias'],
  ],
  [
    'a null MX with company',
    [record('@', 'MX', '0 .', '10 m.example.com')],
    ['0 error null-mx-alone'],
  ],
  [
    'a value twice',
    [record('a', 'MX', '10 M.example', '10 m.example.')],
    ['0 warning no-duplicates'],
  ],
  [
    'a backslash that would be published',
    [record('a', 'TXT', 'v=DKIM1\\; p=x')],
    ['0 warning plain-semicolon'],
  ],
  ['a set too large for UDP', [record('a', 'TXT', 'x'.repeat(1300))], ['0 warning fits-udp']],
  [
    'a set declared twice with two TTLs',
    [record('a', 'A', '192.0.2.1'), { ...record('a.example.com.', 'A', '192.0.2.2'), ttl: 60 }],
    ['1 error declared-once', '1 error equal-ttl'],
  ],
])('%s', (_, records, expected) => {
  expect(rules(...records)).toEqual(expected);
});

test('R36: a finding names the record and what is wrong', () => {
  const [finding] = lintRecords([record('@', 'CNAME', 'a.example')]);
  expect(finding?.problem).toBe(
    'example.com is the zone itself; a CNAME cannot stand beside its SOA and NS.',
  );
});
