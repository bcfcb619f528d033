import { type Declaration, secret } from '@hostwright/core';
import { declarationsIn } from '@hostwright/core/testing';
import type { DnsProvider } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { dkim } from './dkim.ts';
import type { DkimSettings } from './dkim-settings.ts';
import { completeSettings } from './settings.ts';

const provider: DnsProvider = { label: 'nowhere', read: async () => [], write: async () => [] };

function signing(settings: DkimSettings) {
  const { host, records } = dkim(
    completeSettings({
      domain: 'example.com',
      hostname: 'mail.example.com',
      address: '192.0.2.10',
      users: [{ address: 'anna@example.com', password: secret('pass anna') }],
      dkim: settings,
      dns: { provider },
    }),
  );
  const nameOf = ({ kind, spec }: Declaration) =>
    `${kind} ${spec.path ?? spec.name ?? spec.selector}`;
  const all = [...declarationsIn(host), ...records];
  return {
    names: all.map(nameOf),
    needsOf: (name: string) =>
      all.find((each) => nameOf(each) === name)?.needs.map((need) => nameOf(need)),
    find: (name: string) => all.find((each) => nameOf(each) === name),
  };
}

test('at first a key is made and published, and nothing waits for DNS', () => {
  const { names, needsOf } = signing({});
  expect(names).toContain('DkimKey mail');
  expect(names).toContain('DnsRecord mail._domainkey.example.com.');
  expect(needsOf('File /etc/opendkim/signing-table')).toEqual([]);
});

test('R38: in a rotation both keys are published, and signing changes after the new one is served', () => {
  const { names, needsOf, find } = signing({ selector: 'second', previous: ['mail'] });
  expect(names).toEqual(expect.arrayContaining(['DkimKey mail', 'DkimKey second']));
  expect(names).toContain('DnsRecord mail._domainkey.example.com.');
  for (const table of ['key-table', 'signing-table']) {
    expect(needsOf(`File /etc/opendkim/${table}`)).toEqual([
      'DnsRecord second._domainkey.example.com.',
    ]);
  }
  expect(String(find('File /etc/opendkim/key-table')?.spec.content)).toBe(
    'example.com example.com:second:/etc/dkimkeys/second._domainkey.example.com.private\n',
  );
});

test('R38: a retired key goes after the signer has taken up the tables', () => {
  const { needsOf, find } = signing({ selector: 'second', retired: ['mail'] });
  const record = 'DnsRecord mail._domainkey.example.com.';
  const file = 'File /etc/dkimkeys/mail._domainkey.example.com.private';
  expect([find(record)?.spec.ensure, find(file)?.spec.ensure]).toEqual(['absent', 'absent']);
  expect([needsOf(record), needsOf(file)]).toEqual([['Service opendkim'], ['Service opendkim']]);
});
