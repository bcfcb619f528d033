import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeName, readName } from './dns-message.ts';
import {
  canonicalName,
  formatName,
  isWithin,
  ownerName,
  parentName,
  targetName,
} from './domain-name.ts';

const invalid = expect.objectContaining({ code: 'DNS_RECORD_INVALID' });
const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,14}[a-z0-9_])?$/);
const name = fc
  .array(label, { minLength: 1, maxLength: 12 })
  .map((labels) => `${labels.join('.')}.`);

test('a name survives the way into a message and back, in lower case', () => {
  fc.assert(
    fc.property(name, fc.boolean(), (text, isUpper) => {
      const canonical = canonicalName(isUpper ? text.toUpperCase() : text, 'name');
      expect(canonical).toBe(text);
      expect(readName(encodeName(canonical), 0)).toBe(text);
      expect(encodeName(canonical)).toHaveLength(text.length + 1);
    }),
  );
});

test('canonical form is its own canonical form', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      let canonical: string;
      try {
        canonical = canonicalName(text, 'name');
      } catch (error) {
        expect(error).toEqual(invalid);
        return;
      }
      expect(canonicalName(canonical, 'name')).toBe(canonical);
    }),
  );
});

test.each([
  ['Mail.Example.COM', 'mail.example.com.'],
  ['bücher.example', 'xn--bcher-kva.example.'],
  ['例え。テスト', 'xn--r8jz45g.xn--zckzah.'],
  ['１２.example', '12.example.'],
  ['_dmarc.example.com.', '_dmarc.example.com.'],
  ['*.example.com', '*.example.com.'],
  ['0/25.2.0.192.in-addr.arpa', '0/25.2.0.192.in-addr.arpa.'],
  ['.', '.'],
])('%s becomes %s', (text, expected) => {
  expect(canonicalName(text, 'name')).toBe(expected);
});

test.each([
  ['', 'no empty label'],
  ['a..b', 'no empty label'],
  ['a b.example', 'letters, digits'],
  ['a,b.example', 'letters, digits'],
  ['www.*.example', 'letters, digits'],
  ['-a.example', 'letters, digits'],
  ['a\\.b.example', 'letters, digits'],
  ['a\n.example', 'letters, digits'],
  [`${'a'.repeat(64)}.example`, 'at most 63'],
  [`${'ü'.repeat(60)}.example`, 'at most 63'],
  [Array.from({ length: 128 }, () => 'a').join('.'), 'at most 253'],
])('%j is refused', (text, expected) => {
  expect(() => canonicalName(text, 'zone')).toThrow(expected);
  expect(() => canonicalName(text, 'zone')).toThrow(invalid);
  expect(() => canonicalName(text, 'zone')).toThrow('zone');
});

test('R36: 63 and 253 are allowed', () => {
  const long = [63, 63, 63, 61].map((length) => 'a'.repeat(length)).join('.');
  expect(canonicalName(long, 'name')).toHaveLength(254);
  expect(() => canonicalName(`${long}a`, 'name')).toThrow('at most 253');
});

test.each([
  ['mail', 'mail.example.com.'],
  ['@', 'example.com.'],
  ['Mail.Example.com', 'mail.example.com.'],
  ['example.com', 'example.com.'],
  ['mail.example.com.', 'mail.example.com.'],
  ['com', 'com.example.com.'],
  ['notexample.com', 'notexample.com.example.com.'],
])('%s in the zone example.com is %s', (text, expected) => {
  expect(ownerName(text, 'example.com.')).toBe(expected);
});

test('a name outside the zone is refused', () => {
  expect(() => ownerName('mail.example.org.', 'example.com.')).toThrow(
    'within the zone example.com.',
  );
  expect(() => ownerName('notexample.com.', 'example.com.')).toThrow(invalid);
});

test('without a zone a name is full', () => {
  expect(ownerName('mail.example.com', undefined)).toBe('mail.example.com.');
  expect(() => ownerName('@', undefined)).toThrow('no zone is given');
});

test('a target is a full name, not an address', () => {
  expect(targetName('.', 'MX target')).toBe('.');
  expect(targetName('localhost.', 'MX target')).toBe('localhost.');
  expect(() => targetName('mail', 'MX target')).toThrow('a full name such as');
  for (const address of ['192.0.2.1', '192.0.2.1.', '2001:db8::1']) {
    expect(() => targetName(address, 'MX target')).toThrow('not an address');
  }
});

test('names know their zone and their parent', () => {
  expect(isWithin('a.example.com.', 'example.com.')).toBe(true);
  expect(isWithin('xample.com.', 'example.com.')).toBe(false);
  expect(isWithin('com.', '.')).toBe(true);
  expect(parentName('a.example.')).toBe('example.');
  expect(parentName('example.')).toBe('.');
  expect(parentName('.')).toBeUndefined();
  expect([formatName('a.example.'), formatName('.')]).toEqual(['a.example', '.']);
});
