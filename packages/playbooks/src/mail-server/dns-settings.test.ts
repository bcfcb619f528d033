import type { DnsProvider } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { completeDns, type DnsSettings, dnsProblems } from './dns-settings.ts';

const provider: DnsProvider = { label: 'nowhere', read: async () => [], write: async () => [] };
const domains = ['example.com', 'example.org'];

test('left out, the server alone sends, and others put the rest into quarantine', () => {
  expect(completeDns({ provider }, domains)).toMatchObject({
    ttl: 3600,
    spf: { allow: ['mx'] },
    dmarc: { policy: 'quarantine' },
  });
  expect(dnsProblems({ provider }, domains)).toEqual([]);
});

test('hosted domains take reports about each other', () => {
  const dmarc = { policy: 'none', reports: ['dmarc@example.com'] } as const;
  expect(dnsProblems({ provider, dmarc }, domains)).toEqual([]);
});

test.each<[string, Omit<DnsSettings, 'provider'>, string]>([
  [
    'a report address of strangers',
    { dmarc: { policy: 'none', reports: ['dmarc@example.net'] } },
    'example.com._report._dmarc.example.net',
  ],
  ['an SPF address that is none', { spf: { allow: [{ ip4: 'mail' }] } }, 'ip4:mail'],
  ['nobody who hears of TLS', { tlsReports: [] }, 'at least one address'],
  ['a policy for ages', { mtaSts: { mode: 'testing', maxAgeSeconds: 1e9 } }, 'maxAgeSeconds'],
])('%s is refused', (_label, settings, problem) => {
  expect(dnsProblems({ provider, ...settings }, domains).join(' ')).toContain(problem);
});
