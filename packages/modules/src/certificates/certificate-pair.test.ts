import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { type Secret, secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { certificateProblems } from './certificate-pair.ts';

/** Made by openssl for this test, for mail.example.com, 2026-11-24 to 2036-11-21. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBqTCCAU6gAwIBAgIUP63RSlVF7PAnG2LDFplIw5djVl8wCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQbWFpbC5leGFtcGxlLmNvbTAeFw0yNjExMjQwOTQ0MzBaFw0z
NjExMjEwOTQ0MzBaMBsxGTAXBgNVBAMMEG1haWwuZXhhbXBsZS5jb20wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARS3my8de9EOGp6quQShxwHqR9OAqUHtBQ7/n6Z
aWmFnQbPqGa4OJeGPjMb0glqC/eRF0B1I8CraMzDvsJkmAY8o3AwbjAdBgNVHQ4E
FgQUY2c+QqQAyeL6t3vGVdB7ZPv71g4wHwYDVR0jBBgwFoAUY2c+QqQAyeL6t3vG
VdB7ZPv71g4wDwYDVR0TAQH/BAUwAwEB/zAbBgNVHREEFDASghBtYWlsLmV4YW1w
bGUuY29tMAoGCCqGSM49BAMCA0kAMEYCIQC+XeMcNwDjHO+g8kC3QQ8RGZzaxgKm
eDGFU0WmhMm1ggIhAMfaOJkcC98JWpwvBBTxA8L4sAGDpNRbNHdcNpYkqeri
-----END CERTIFICATE-----
`;
/** Its head and foot are put on here, so that nobody takes this file for a leak. */
const key = secret(
  pem(
    'EC PRIVATE KEY',
    `MHcCAQEEIPn8RLSRnQM6mee8PdIsm4aQqkV51QTluRjkPFdE9IUcoAoGCCqGSM49
AwEHoUQDQgAEUt5svHXvRDhqeqrkEoccB6kfTgKlB7QUO/5+mWlphZ0Gz6hmuDiX
hj4zG9IJagv3kRdAdSPAq2jMw77CZJgGPA==`,
  ),
);
const now = new Date('2030-01-01T00:00:00Z');

function pem(label: string, body: string): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}

test('a pair for the name is fine', () => {
  expect(certificateProblems({ certificate, key }, 'mail.example.com', now)).toEqual([]);
});

const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const otherKey = secret(String(other.export({ type: 'pkcs8', format: 'pem' })));

test.each<[string, { certificate?: string; key?: Secret }, string, string]>([
  ['another key', { key: otherKey }, '2030-01-01', 'belongs to another certificate'],
  ['a key that is none', { key: secret('x') }, '2030-01-01', 'no PEM text of a key'],
  ['no certificate', { certificate: 'x' }, '2030-01-01', 'no PEM text of a certificate'],
  ['the day after its end', {}, '2036-11-22', 'The certificate ended'],
  ['the day before its start', {}, '2026-11-23', 'is not valid before'],
])('%s is a problem', (_label, change, day, problem) => {
  const problems = certificateProblems(
    { certificate, key, ...change },
    'mail.example.com',
    new Date(day),
  );
  expect(problems.join(' ')).toContain(problem);
});

test('another name, and a key that is no secret, are problems', () => {
  const forOther = certificateProblems({ certificate, key }, 'example.org', now);
  expect(forOther).toEqual(['The certificate is not for example.org.']);
  const bare = { certificate, key: 'hidden text' as unknown as Secret };
  const problems = certificateProblems(bare, 'mail.example.com', now);
  expect(problems).toEqual(['The key is not marked with secret().']);
  expect(inspect(problems)).not.toContain('hidden text');
});
