import { expect, test } from '@jest/globals';
import { assert, ipV6, property } from 'fast-check';
import { reverseRecord } from './reverse-record.ts';

test('addresses of both kinds', () => {
  expect(reverseRecord('192.0.2.10', 'mail.example.com')).toEqual({
    name: '10.2.0.192.in-addr.arpa.',
    type: 'PTR',
    values: ['mail.example.com.'],
  });
  expect(reverseRecord('2001:db8::10', 'mail.example.com').name).toBe(
    '0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.',
  );
  expect(reverseRecord('::ffff:192.0.2.10', 'mail.example.com').name).toBe(
    'a.0.2.0.0.0.0.c.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.',
  );
});

test('every IPv6 address has 32 digits', () => {
  assert(
    property(ipV6(), (address) => {
      const { name } = reverseRecord(address, 'mail.example.com');
      expect(name).toMatch(/^(?:[0-9a-f]\.){32}ip6\.arpa\.$/);
    }),
  );
});

test.each([
  ['mail.example.com', 'mail.example.com'],
  ['fe80::1%eth0', 'mail.example.com'],
  ['192.0.2.10', '192.0.2.10'],
])('%s for %s is refused', (address, hostname) => {
  expect(() => reverseRecord(address, hostname)).toThrow(
    expect.objectContaining({ code: 'DNS_RECORD_INVALID' }),
  );
});
