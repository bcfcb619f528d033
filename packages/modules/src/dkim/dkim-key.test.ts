import { absent } from '@hostwright/core';
import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { DkimKey } from './dkim-key.ts';

const com = { domain: 'example.com', selector: 'mail' };
const org = { domain: 'example.org', selector: 'mail' };

describeResource(DkimKey, {
  valid: [
    com,
    {
      domain: 'example.com',
      selector: 's2026-11',
      bits: 3072,
      directory: '/srv/keys',
      owner: 'signer',
      group: 'mail',
      testMode: true,
    },
  ],
  invalid: {
    'a selector with a dot': { ...com, selector: 'a.b' },
    'a domain of one label': { ...com, domain: 'localhost' },
    'a domain in capitals': { ...com, domain: 'Example.com' },
    'a directory that climbs by a blank': { ...com, directory: '/srv/a b' },
    'a key too small to be trusted': { ...com, bits: 512 },
    'a property it does not have': { ...com, rotate: true },
  },
  converged: {
    'a key of Debian 12': [captured(import.meta, 'dkim-key.debian-12'), [com]],
    'a key of Debian 13': [captured(import.meta, 'dkim-key.debian-13'), [com]],
  },
  drifted: {
    'a key with another owner': [wrongOwner('debian-12'), [org]],
    'a key with another owner on Debian 13': [wrongOwner('debian-13'), [org]],
    'no key': [probeOutput('opendkim:opendkim 0700 \nstat: No such file or directory \n\n'), [com]],
  },
});

const { driver, diff, outputs } = DkimKey.type;
if (driver.via !== 'shell') throw new Error('DkimKey is read by a shell');

test.each(['debian-12', 'debian-13'])('the record of %s is one text of three tags', (release) => {
  const [reading] = driver.parse(captured(import.meta, `dkim-key.${release}`), [com]);
  if (reading?.is !== 'present') throw new Error('no key was read');
  const { dnsText, dnsName, keyFile } = outputs(com, reading.observed) as Record<string, string>;
  expect(dnsText).toMatch(/^v=DKIM1; h=sha256; k=rsa; p=MIIB[A-Za-z0-9+/]{384,}={0,2}$/);
  expect(dnsName).toBe('mail._domainkey');
  expect(keyFile).toBe('/etc/dkimkeys/mail._domainkey.example.com.private');
  const testing = outputs({ ...com, testMode: true }, reading.observed) as Record<string, string>;
  expect(testing.dnsText).toBe(dnsText?.replace(' p=', ' t=y; p='));
});

test('a wrong owner is one field, and mending it names the same file', () => {
  const [, reading] = driver.parse(captured(import.meta, 'dkim-key.debian-12'), [com, org]);
  if (reading?.is !== 'present') throw new Error('no key was read');
  expect(diff(org, reading)).toEqual([
    { field: 'file', from: 'root:root 0600', to: 'opendkim:opendkim 0600' },
  ]);
});

test('R38: a missing key is made, and the fragment holds no way to make one that exists', () => {
  expect(diff(com, absent)).toEqual([
    { field: 'exists', from: false, to: true },
    { field: 'bits', from: null, to: 2048 },
  ]);
  const { script } = driver.apply([{ spec: com, reading: absent, fields: [] }]);
  expect(script).toContain('if [ ! -e "$2" ]; then');
  expect(script).toContain(
    'dkim_key /etc/dkimkeys /etc/dkimkeys/mail._domainkey.example.com.private 2048 opendkim opendkim',
  );
});

test.each([
  [
    'a directory without permission',
    'opendkim:opendkim 0700 \nstat: Permission denied \n\n',
    'PROBE_FAILED',
  ],
  [
    'a file of something else',
    'a:b 0700 \na:b 0600 \nCould not read private key \n',
    'DKIM_KEY_INVALID',
  ],
])('%s is never taken for absence', (_label, stdout, code) => {
  const [reading] = driver.parse(probeOutput(stdout), [com]);
  expect(reading).toMatchObject({ is: 'unreadable', error: { code } });
});

test('a key smaller than asked for is an error, not a change', () => {
  const [reading] = driver.parse(captured(import.meta, 'dkim-key.debian-13'), [
    { ...com, bits: 4096 },
  ]);
  expect(reading).toMatchObject({ is: 'unreadable', error: { code: 'DKIM_KEY_SMALL' } });
});

/** The second key of the captures belongs to root. */
function wrongOwner(release: string) {
  const { stdout } = captured(import.meta, `dkim-key.${release}`);
  return probeOutput(stdout.split('\n').slice(3).join('\n'));
}
