import { secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { completeTls, type TlsSettings, tlsProblems } from './tls-settings.ts';

const hostname = 'mail.example.com';
const now = new Date('2030-01-01T00:00:00Z');

test.each<[string, TlsSettings | undefined, string]>([
  ['nothing', undefined, '/etc/ssl/private/mail.example.com.key'],
  ['files of the host', { certificateFile: '/srv/c.pem', keyFile: '/srv/k.pem' }, '/srv/k.pem'],
  ['texts', { certificate: 'c', key: secret('k') }, '/etc/ssl/private/mail.example.com.key'],
  [
    'an authority',
    { acme: { agreesToTerms: true } },
    '/etc/letsencrypt/live/mail.example.com/privkey.pem',
  ],
])('with %s, the key is where it is expected', (_label, settings, keyFile) => {
  expect(completeTls(settings, [hostname]).keyFile).toBe(keyFile);
});

test('texts that are no certificate are found before any host is', () => {
  expect(tlsProblems({ certificate: 'c', key: secret('k') }, [hostname], now)).toEqual([
    'tls: The certificate is no PEM text of a certificate.',
  ]);
  expect(tlsProblems(undefined, [hostname], now)).toEqual([]);
});

test('the terms of an authority must be agreed to', () => {
  const settings = { acme: { agreesToTerms: false } } as unknown as TlsSettings;
  expect(tlsProblems(settings, [hostname], now).join(' ')).toContain('must be agreed to');
});

test.each(['', 'own.pem', '/etc/ssl/a, b.pem', '/etc/ssl/$name.pem', undefined])(
  'the path %p of a certificate would be read as something else, and is refused',
  (certificateFile) => {
    const settings = { certificateFile, keyFile: '/etc/ssl/own.key' } as TlsSettings;
    const problems = tlsProblems(settings, [hostname], now);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('tls: certificateFile');
  },
);
