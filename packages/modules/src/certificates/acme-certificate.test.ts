import { absent } from '@hostwright/core';
import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { AcmeCertificate } from './acme-certificate.ts';

const server = 'https://ca.acme.lab:14000/dir';
const agreed = { agreesToTerms: true as const };
const on12 = { names: ['ca.acme.lab', 'www.acme.lab'], server, ...agreed };
const on13 = { names: ['mail.acme.lab'], server, ...agreed };
const missing = 'stat: No such file or directory';

describeResource(AcmeCertificate, {
  valid: [
    { names: ['mail.example.com'], ...agreed },
    {
      ...on12,
      email: 'hostmaster@example.com',
      challenge: { rfc2136: '/etc/letsencrypt/dns.ini', waitSeconds: 5 },
      renewDays: 20,
    },
    { names: ['www.example.com'], ...agreed, challenge: { webroot: '/var/www/html' } },
    { names: ['*.example.com'], ...agreed, challenge: { rfc2136: '/etc/dns.ini' } },
    { names: ['a.example.com'], ...agreed, challenge: 'standalone' },
  ],
  invalid: {
    'terms that nobody agreed to': { names: ['a.example.com'] },
    'terms that were refused': { names: ['a.example.com'], agreesToTerms: false },
    'a server without TLS': { ...on12, server: 'http://ca.acme.lab/dir' },
    'a name that is an option': { ...on12, names: ['--help'] },
    'an address with a blank': { ...on12, email: 'a b@example.com' },
    'a wildcard on port 80': { names: ['a.example.com', '*.example.com'], ...agreed },
    'a wildcard by a web server': {
      ...{ names: ['*.example.com'], ...agreed },
      challenge: { webroot: '/var/www/html' },
    },
    'a challenge of another kind': { ...on12, challenge: 'dns' },
    'a directory that is relative': { ...on12, challenge: { webroot: 'html' } },
  },
  converged: {
    'one of Pebble on Debian 12': [captured(import.meta, 'acme-certificate.debian-12'), [on12]],
    'one of Pebble on Debian 13': [captured(import.meta, 'acme-certificate.debian-13'), [on13]],
  },
  drifted: {
    'one that has a name less': [
      captured(import.meta, 'acme-certificate.debian-12'),
      [{ ...on12, names: ['ca.acme.lab'] }],
    ],
    'one of another authority': [
      captured(import.meta, 'acme-certificate.debian-13'),
      [{ names: ['mail.acme.lab'], ...agreed }],
    ],
    'none yet': [probeOutput(`\n1795000000\n${missing}\n${missing}\n\n\n`), [on12]],
  },
});

const { driver, diff, outputs } = AcmeCertificate.type;
if (driver.via !== 'shell') throw new Error('AcmeCertificate is read by a shell');

function commandFor(spec: Parameters<typeof AcmeCertificate>[0]): string {
  const plain = spec as typeof on12;
  if (driver.via !== 'shell') throw new Error('no shell');
  const { script } = driver.apply([{ spec: plain, reading: absent, fields: [] }]);
  return script.split('\n').at(-1) ?? '';
}

test('certbot is told everything, and asks nothing', () => {
  expect(commandFor({ names: ['mail.example.com'], ...agreed })).toBe(
    'certbot certonly --non-interactive --agree-tos --key-type ecdsa --force-renewal ' +
      '--renew-with-new-domains --cert-name mail.example.com --register-unsafely-without-email ' +
      '--standalone --domain mail.example.com >&2',
  );
  const other = { ...on12, email: 'a@example.com', challenge: { webroot: '/srv/www' } };
  expect(commandFor(other)).toContain(
    `--server ${server} --email a@example.com --no-eff-email --webroot --webroot-path /srv/www`,
  );
});

test('a wildcard comes by DNS, and is kept under the name without its star', () => {
  const spec = { ...on12, names: ['*.acme.lab'], challenge: { rfc2136: '/etc/dns.ini' } };
  expect(commandFor(spec)).toContain(
    `--cert-name acme.lab --server ${server} --register-unsafely-without-email --dns-rfc2136 --dns-rfc2136-credentials /etc/dns.ini --dns-rfc2136-propagation-seconds 60 --domain '*.acme.lab'`,
  );
});

test('its files and the days that are left are outputs', () => {
  const [reading] = driver.parse(captured(import.meta, 'acme-certificate.debian-13'), [on13]);
  if (reading?.is !== 'present') throw new Error('it was not read');
  expect(reading.observed).toMatchObject({ server, fitsKey: true });
  expect(outputs(on13, reading.observed)).toMatchObject({
    certificateFile: '/etc/letsencrypt/live/mail.acme.lab/fullchain.pem',
    keyFile: '/etc/letsencrypt/live/mail.acme.lab/privkey.pem',
    daysLeft: expect.any(Number),
  });
  expect(diff({ names: ['mail.acme.lab'], ...agreed }, reading)).toEqual([
    { field: 'server', from: server, to: 'https://acme-v02.api.letsencrypt.org/directory' },
  ]);
});

test('an authority that asks on port 80 finds it open', () => {
  const { edges } = AcmeCertificate.type;
  expect(edges({ names: ['a.example.com'] }).after).toContain('ufw:80/tcp');
  const byDns = { names: ['a.example.com'], challenge: { rfc2136: '/etc/dns.ini' } };
  expect(edges(byDns).after).not.toContain('ufw:80/tcp');
});

test('another challenge is a difference, since certbot would renew by the old one; one that is not named is not', () => {
  const printed = captured(import.meta, 'acme-certificate.debian-13').stdout;
  const fieldsOf = (challenge: 'standalone' | { webroot: string } | undefined, way: string) => {
    const spec = { ...on13, ...(challenge === undefined ? {} : { challenge }) };
    const [reading] = driver.parse(probeOutput(`${way}${printed}`), [spec]);
    return reading?.is === 'present' ? diff(spec, reading) : reading;
  };
  const standalone = 'authenticator=standalone ';
  expect(fieldsOf({ webroot: '/srv/www' }, standalone)).toEqual([
    { field: 'challenge', from: 'standalone', to: 'webroot' },
  ]);
  expect(fieldsOf('standalone', standalone)).toEqual([]);
  expect(fieldsOf('standalone', 'authenticator=nginx ')).toHaveLength(1);
  expect(fieldsOf(undefined, 'authenticator=nginx ')).toEqual([]);
  // Nobody renews it.
  expect(fieldsOf({ webroot: '/srv/www' }, '')).toEqual([]);
});
