import { absent } from '@hostwright/core';
import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { SelfSignedCertificate } from './self-signed-certificate.ts';

const files = { certificateFile: '/etc/ssl/certs/own.pem', keyFile: '/etc/ssl/private/own.key' };
const own = { names: ['own.acme.lab', 'other.acme.lab'], ...files };
const missing = 'stat: No such file or directory';

describeResource(SelfSignedCertificate, {
  valid: [own, { ...own, names: ['*.example.com'], days: 90, renewDays: 10 }],
  invalid: {
    'no name': { ...own, names: [] },
    'a name given twice': { ...own, names: ['a.example.com', 'a.example.com'] },
    'a name in capitals': { ...own, names: ['Mail.example.com'] },
    'a name that ends the subject': { ...own, names: ['a.example.com/O=x'] },
    'a name that adds an extension': { ...own, names: ['a.example.com,IP:192.0.2.1'] },
    'an address, which clients look up elsewhere': { ...own, names: ['192.0.2.1'] },
    'a relative path': { ...own, keyFile: 'own.key' },
    'no day': { ...own, days: 0 },
  },
  converged: {
    'one of Debian 12': [captured(import.meta, 'self-signed-certificate.debian-12'), [own]],
    'one of Debian 13': [captured(import.meta, 'self-signed-certificate.debian-13'), [own]],
  },
  drifted: {
    'another name': [
      captured(import.meta, 'self-signed-certificate.debian-12'),
      [{ ...own, names: ['own.acme.lab'] }],
    ],
    'no file': [probeOutput(`1795000000\n${missing}\n${missing}\n\n\n`), [own]],
    'something else in the file': [
      probeOutput('1795000000\nroot:root 0644 \nroot:root 0600 \nCould not read \nx \n'),
      [own],
    ],
  },
});

const { driver, diff } = SelfSignedCertificate.type;
if (driver.via !== 'shell') throw new Error('SelfSignedCertificate is read by a shell');

function readingOf(stdout: string) {
  if (driver.via !== 'shell') throw new Error('no shell');
  const [reading] = driver.parse(probeOutput(stdout), [own]);
  return reading;
}

const { stdout: good } = captured(import.meta, 'self-signed-certificate.debian-12');

test('a key that others may read is mended, and the certificate stays', () => {
  const reading = readingOf(good.replace('root:root 0600', 'root:root 0644'));
  if (reading?.is !== 'present') throw new Error('it was not read');
  const fields = diff(own, reading);
  expect(fields).toEqual([{ field: 'key', from: 'root:root 0644', to: 'root:root 0600' }]);
  const { script } = driver.apply([{ spec: own, reading, fields }]);
  expect(script).not.toContain('certificate /etc/ssl');
  expect(script).toContain('chmod 0600 -- /etc/ssl/private/own.key');
});

test('time goes by on the host, and thirty days before the end it is due', () => {
  const [clock = ''] = good.split('\n');
  const fieldsAfter = (days: number) => {
    const later = String(Number(clock) + days * 86_400);
    const reading = readingOf(good.replace(clock, later));
    return reading?.is === 'present' ? diff(own, reading).map(({ field }) => field) : reading;
  };
  expect(fieldsAfter(700)).toEqual([]);
  expect(fieldsAfter(800)).toEqual(['daysLeft']);
  expect(fieldsAfter(900)).toEqual(['daysLeft']);
});

test('a key of another certificate is found', () => {
  const [, , , , key = ''] = good.split('\n');
  const reading = readingOf(good.replace(key, key.replace('MII', 'MIJ')));
  expect(reading?.is === 'present' && diff(own, reading)).toEqual([
    { field: 'fitsKey', from: false, to: true },
  ]);
});

test('what may not be read is never taken for absence', () => {
  const reading = readingOf('1795000000\nroot:root 0644 \nstat: Permission denied \nx\n\n');
  expect(reading).toMatchObject({ is: 'unreadable', error: { code: 'PROBE_FAILED' } });
});

test('a new one is good for longer than the time at which it is made anew', () => {
  const spec = { ...own, days: 5, renewDays: 60 };
  const { script } = driver.apply([{ spec, reading: absent, fields: diff(spec, absent) }]);
  expect(script).toContain("/etc/ssl/private/own.key 61 '/CN=own.acme.lab'");
  expect(script).toContain('subjectAltName=DNS:own.acme.lab,DNS:other.acme.lab');
});

test('a name that is too long for a common name stands among the alternatives', () => {
  const long = `${'a'.repeat(60)}.example.com`;
  const subjectOf = (names: string[]) => {
    const spec = { ...own, names };
    const { script } = driver.apply([{ spec, reading: absent, fields: diff(spec, absent) }]);
    return /'\/CN=[^']*'|\/CN=\S+/.exec(script)?.[0].replaceAll("'", '');
  };
  expect(subjectOf([long, 'b.example.com'])).toBe('/CN=b.example.com');
  expect(subjectOf([long])).toBe('/CN=self-signed');
});
