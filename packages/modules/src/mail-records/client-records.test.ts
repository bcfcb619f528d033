import { expect, test } from '@jest/globals';
import { canonicalValue } from '../dns/record-value.ts';
import { clientRecords } from './client-records.ts';

test('what is offered comes in order, and what is not is said not to exist', () => {
  const records = clientRecords('example.com', { hostname: 'mail.example.com' });
  expect(Object.fromEntries(records.map(({ name, values }) => [name, values]))).toEqual({
    '_submissions._tcp.example.com.': ['0 1 465 mail.example.com.'],
    '_submission._tcp.example.com.': ['1 1 587 mail.example.com.'],
    '_imaps._tcp.example.com.': ['2 1 993 mail.example.com.'],
    '_imap._tcp.example.com.': ['0 0 0 .'],
    '_pop3s._tcp.example.com.': ['0 0 0 .'],
    '_pop3._tcp.example.com.': ['0 0 0 .'],
  });
});

test('every value is a valid SRV record in canonical form', () => {
  const records = clientRecords('example.com', {
    hostname: 'mail.example.com.',
    services: ['imaps'],
    autodiscover: 'autodiscover.example.com',
  });
  for (const { type, values } of records) {
    for (const value of values) expect(canonicalValue(type, value)).toBe(value);
  }
  expect(records.at(-1)?.name).toBe('_autodiscover._tcp.example.com.');
});

test('an address is no host name', () => {
  expect(() => clientRecords('example.com', { hostname: '192.0.2.1' })).toThrow(
    expect.objectContaining({ code: 'DNS_RECORD_INVALID' }),
  );
});
