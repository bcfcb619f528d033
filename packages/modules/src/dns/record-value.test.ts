import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalValue,
  canonicalValues,
  checkRecordType,
  checkTtl,
  hasSameValues,
  type RecordType,
} from './record-value.ts';

const sha256 = 'ab'.repeat(32);

test.each<[RecordType, string, string]>([
  ['A', ' 192.0.2.10 ', '192.0.2.10'],
  ['AAAA', '2001:DB8:0:0:0:0:0:10', '2001:db8::10'],
  ['AAAA', '::ffff:192.0.2.1', '::ffff:c000:201'],
  ['CAA', '0 Issue letsencrypt.org', '0 issue "letsencrypt.org"'],
  ['CAA', '128 issue "le.example; a=b"', '128 issue "le.example; a=b"'],
  ['CAA', '0 issuewild ";"', '0 issuewild ";"'],
  ['CNAME', 'Mail.Example.COM', 'mail.example.com.'],
  ['MX', '010\tMail.Example.COM.', '10 mail.example.com.'],
  ['MX', '0 .', '0 .'],
  ['NS', 'ns1.bücher.example', 'ns1.xn--bcher-kva.example.'],
  ['PTR', 'mail.example.com', 'mail.example.com.'],
  ['SRV', '0 5 5060 sip.example.com', '0 5 5060 sip.example.com.'],
  ['SRV', '0 0 0 .', '0 0 0 .'],
  ['TLSA', `3 1 1 ${sha256.toUpperCase()}`, `3 1 1 ${sha256}`],
  ['TLSA', '3 1 0 ab CD', '3 1 0 abcd'],
  ['TXT', 'v=spf1 mx ~all', '"v=spf1 mx ~all"'],
  ['TXT', '"v=spf1 " "mx ~all"', '"v=spf1 mx ~all"'],
  ['TXT', 'ü', '"\\195\\188"'],
  ['TXT', '', '""'],
])('%s %j is %s', (type, text, expected) => {
  expect(canonicalValue(type, text)).toBe(expected);
  expect(canonicalValue(type, expected)).toBe(expected);
});

test.each<[RecordType, string, string, string]>([
  ['A', '192.0.2.256', 'A value', 'an IPv4 address'],
  ['A', '192.0.2.010', 'A value', 'an IPv4 address'],
  ['A', 'mail.example.com', 'A value', 'an IPv4 address'],
  ['AAAA', 'fe80::1%eth0', 'AAAA value', 'an IPv6 address'],
  ['AAAA', '192.0.2.1', 'AAAA value', 'an IPv6 address'],
  ['MX', 'mail.example.com', 'MX value', '2 words'],
  ['MX', '65536 mail.example.com', 'MX preference', '0 to 65535'],
  ['MX', '-1 mail.example.com', 'MX preference', '0 to 65535'],
  ['MX', '1e1 mail.example.com', 'MX preference', '0 to 65535'],
  ['MX', '10 192.0.2.1', 'MX target', 'not an address'],
  ['MX', '10 mail', 'MX target', 'a full name'],
  ['NS', '192.0.2.53', 'NS target', 'not an address'],
  ['CNAME', 'a b', 'CNAME target', 'letters, digits'],
  ['SRV', '0 5 sip.example.com', 'SRV value', '4 words'],
  ['SRV', '0 5 70000 sip.example.com', 'SRV port', '0 to 65535'],
  ['CAA', '0 issue', 'CAA value', 'flags, tag and value'],
  ['CAA', '256 issue x', 'CAA flags', '0 to 255'],
  ['CAA', '0 is-sue x', 'CAA tag', 'letters and digits'],
  ['CAA', '0 issue ü', 'CAA value', 'printable ASCII'],
  ['TLSA', '3 1 1 abcd', 'TLSA data', '64 hexadecimal digits'],
  ['TLSA', '3 1 2 abcd', 'TLSA data', '128 hexadecimal digits'],
  ['TLSA', '3 1 0 abc', 'TLSA data', 'even number'],
  ['TLSA', '3 1', 'TLSA matching type', '0 to 255'],
  ['TXT', 'x'.repeat(65_300), 'TXT value', 'less than 64 KiB'],
])('%s %j is refused', (type, text, field, expected) => {
  const refused = expect.objectContaining({
    code: 'DNS_RECORD_INVALID',
    problem: expect.stringContaining(`The ${field} is`),
  });
  expect(() => canonicalValue(type, text)).toThrow(refused);
  expect(() => canonicalValue(type, text)).toThrow(expected);
});

test('an IPv6 address in any spelling has one form', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const canonical = canonicalValue('AAAA', text);
      expect(canonicalValue('AAAA', canonical)).toBe(canonical);
      expect(canonicalValue('AAAA', canonical.toUpperCase())).toBe(canonical);
    }),
  );
});

test('a TXT value is in canonical form once it was put there', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      fc.pre(text.isWellFormed() && !/^\s*"|[\p{Cc}]/u.test(text));
      const canonical = canonicalValue('TXT', text);
      expect(canonicalValue('TXT', canonical)).toBe(canonical);
    }),
  );
});

test('values are a set: order, letter case, split and repeats do not count', () => {
  expect(
    hasSameValues('MX', ['10 a.example.', '20 B.example'], ['20 b.example.', '10 A.example']),
  ).toBe(true);
  expect(hasSameValues('TXT', ['"ab" "cd"'], ['abcd'])).toBe(true);
  expect(hasSameValues('TXT', ['abcd'], ['ABCD'])).toBe(false);
  expect(hasSameValues('A', ['192.0.2.1'], ['192.0.2.1', '192.0.2.2'])).toBe(false);
  expect(canonicalValues('A', ['192.0.2.2', '192.0.2.1', '192.0.2.2'])).toEqual([
    '192.0.2.1',
    '192.0.2.2',
  ]);
});

test('a TTL is whole seconds from 0 to 2147483647', () => {
  expect([checkTtl(0), checkTtl(2_147_483_647)]).toEqual([0, 2_147_483_647]);
  for (const ttl of [-1, 2_147_483_648, 1.5, Number.NaN]) {
    expect(() => checkTtl(ttl)).toThrow('expected whole seconds from 0 to 2147483647');
  }
});

test('a type that is not understood is refused with the list of those that are', () => {
  expect(checkRecordType('txt')).toBe('TXT');
  expect(() => checkRecordType('SOA')).toThrow('one of A, AAAA, CAA');
});
