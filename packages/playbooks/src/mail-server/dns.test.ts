import { secret } from '@hostwright/core';
import { declarationsIn } from '@hostwright/core/testing';
import type { DnsProvider } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { addressRecords, dns } from './dns.ts';
import type { DnsSettings } from './dns-settings.ts';
import { completeSettings, type MailServer } from './settings.ts';

const provider: DnsProvider = { label: 'nowhere', read: async () => [], write: async () => [] };

function serverWith(settings: Omit<DnsSettings, 'provider'>) {
  return completeSettings({
    domain: 'example.com',
    moreDomains: ['example.org'],
    hostname: 'mail.example.com',
    address: '192.0.2.10',
    users: [{ address: 'anna@example.com', password: secret('pass anna') }],
    dns: { provider, ...settings },
  });
}

const recordsOf = (server: MailServer) => declarationsIn(dns(server, addressRecords(server)));

const records = (settings: Omit<DnsSettings, 'provider'>) =>
  Object.fromEntries(
    recordsOf(serverWith(settings)).map(({ spec }) => [`${spec.name} ${spec.type}`, spec.values]),
  );

test('every domain has MX, SPF and DMARC', () => {
  expect(records({})).toEqual({
    'mail.example.com. A': ['192.0.2.10'],
    'example.com. MX': ['10 mail.example.com.'],
    'example.com. TXT': ['v=spf1 mx ~all'],
    '_dmarc.example.com. TXT': ['v=DMARC1; p=quarantine'],
    'example.org. MX': ['10 mail.example.com.'],
    'example.org. TXT': ['v=spf1 mx ~all'],
    '_dmarc.example.org. TXT': ['v=DMARC1; p=quarantine'],
  });
});

test('hosted domains consent to reports about each other; what others consent to is theirs', () => {
  const reports = ['dmarc@example.com', 'x@example.net'];
  const found = records({ dmarc: { policy: 'none', reports, authorizedBy: ['example.net'] } });
  const consents = Object.keys(found).filter((name) => name.includes('_report'));
  expect(consents).toEqual(['example.org._report._dmarc.example.com. TXT']);
});

test('the rest comes when it is asked for', () => {
  const found = records({
    spf: { allow: ['mx', { include: '_spf.example.net' }], otherwise: 'fail' },
    tlsReports: ['tls@example.com'],
    mtaSts: { mode: 'enforce' },
    clientRecords: true,
    reverse: provider,
  });
  expect(found).toMatchObject({
    'example.com. TXT': ['v=spf1 mx include:_spf.example.net -all'],
    '_smtp._tls.example.org. TXT': ['v=TLSRPTv1; rua=mailto:tls@example.com'],
    '_imaps._tcp.example.com. SRV': ['2 1 993 mail.example.com.'],
    '10.2.0.192.in-addr.arpa. PTR': ['mail.example.com.'],
  });
  expect(found).toHaveProperty(['_mta-sts.example.org. TXT']);
});
