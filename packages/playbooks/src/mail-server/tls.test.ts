import { type Declaration, reveal, type Secret, secret } from '@hostwright/core';
import { declarationsIn } from '@hostwright/core/testing';
import { type DnsProvider, DnsRecord, Package, Service, tsigKey } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { completeSettings, type MailServerSettings } from './settings.ts';
import { certificate } from './tls.ts';

const provider: DnsProvider = { label: 'nowhere', read: async () => [], write: async () => [] };
const addresses = [
  DnsRecord({ provider, name: 'mail.example.com.', type: 'A', values: ['192.0.2.10'] }),
];
const services = [Service({ name: 'postfix', running: true })];

function piecesFor(tls: Pick<MailServerSettings, 'tls'>): readonly Declaration[] {
  const server = completeSettings({
    domain: 'example.com',
    hostname: 'mail.example.com',
    address: '192.0.2.10',
    users: [{ address: 'anna@example.com', password: secret('pass anna') }],
    dns: { provider },
    ...tls,
  });
  return declarationsIn(
    certificate(server, { openssl: Package({ name: 'openssl' }), services, addresses }),
  );
}

test('without a word, it signs itself; what is on the host already is not touched', () => {
  const [own, ...more] = piecesFor({});
  expect([own?.kind, more, own?.notify]).toEqual(['SelfSignedCertificate', [], services]);
  expect(piecesFor({ tls: { certificateFile: '/srv/c.pem', keyFile: '/srv/k.pem' } })).toEqual([]);
});

test('with an authority, port 80 is opened and the name leads there first, and what certbot does later is laid down', () => {
  const pieces = piecesFor({ tls: { acme: { agreesToTerms: true } } });
  const order = pieces.find(({ kind }) => kind === 'AcmeCertificate');
  expect(order?.needs.map(({ kind }) => kind)).toEqual(['Package', 'UfwRule', 'DnsRecord']);
  expect(order?.notify).toEqual(services);
  const hook = pieces.find(({ spec }) => String(spec.path).endsWith('hostwright-mail'));
  expect(hook?.spec).toMatchObject({ mode: '0755', owner: 'root' });
  expect(hook?.spec.content).toContain('postfix reload\ndoveadm reload\n');
});

test('by DNS, no port is opened, and the key for updates is a secret for root', () => {
  const key = tsigKey({ name: 'acme', secret: secret('c2VjcmV0LWluLXRlc3Q=') });
  const rfc2136 = { server: '192.0.2.53', key };
  const pieces = piecesFor({ tls: { acme: { agreesToTerms: true, rfc2136 } } });
  expect(pieces.map(({ kind }) => kind)).not.toContain('UfwRule');
  const file = pieces.find(({ spec }) => String(spec.path).endsWith('.ini'));
  expect(file?.spec).toMatchObject({ mode: '0600', owner: 'root' });
  expect(reveal(file?.spec.content as Secret)).toContain(
    'dns_rfc2136_secret = c2VjcmV0LWluLXRlc3Q=\n',
  );
});
