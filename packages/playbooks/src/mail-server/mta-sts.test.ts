import { secret } from '@hostwright/core';
import { declarationsIn } from '@hostwright/core/testing';
import { type DnsProvider, SelfSignedCertificate } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import type { DnsSettings } from './dns-settings.ts';
import { mtaStsFiles, policyServer } from './mta-sts.ts';
import { completeSettings } from './settings.ts';

const provider: DnsProvider = { label: 'nowhere', read: async () => [], write: async () => [] };

const serverWith = (settings: Pick<DnsSettings, 'mtaSts'>) =>
  completeSettings({
    domain: 'example.com',
    moreDomains: ['example.org'],
    hostname: 'mail.example.com',
    address: '192.0.2.10',
    users: [{ address: 'anna@example.com', password: secret('pass anna') }],
    dns: { provider, ...settings },
  });

const certificate = SelfSignedCertificate({
  names: ['mail.example.com'],
  certificateFile: '/etc/ssl/certs/mail.pem',
  keyFile: '/etc/ssl/private/mail.key',
});

test('each domain has its file, and none where no policy is asked for', () => {
  const files = declarationsIn(mtaStsFiles(serverWith({ mtaSts: { mode: 'enforce' } })));
  const contents = files.flatMap(({ spec }) => (spec.content === undefined ? [] : [spec.content]));
  expect(contents).toHaveLength(2);
  expect(contents[0]).toContain('mode: enforce\r\nmx: mail.example.com\r\n');
  expect(declarationsIn(mtaStsFiles(serverWith({})))).toEqual([]);
});

test('it is served on request only, and the certificate is for the names that senders ask', () => {
  const apart = serverWith({ mtaSts: { mode: 'testing' } });
  expect([apart.tls.names, policyServer(apart).ports]).toEqual([['mail.example.com'], []]);
  expect(declarationsIn(policyServer(apart).after([certificate]))).toEqual([]);
  const server = serverWith({ mtaSts: { mode: 'testing', serve: true } });
  expect(server.tls.names).toEqual([
    'mail.example.com',
    'mta-sts.example.com',
    'mta-sts.example.org',
  ]);
});

test('nginx starts with the certificate there, and leaves port 80 to others', () => {
  const { services, ports, after } = policyServer(
    serverWith({ mtaSts: { mode: 'testing', serve: true } }),
  );
  const [software, site, config, service] = declarationsIn(after([certificate]));
  expect(ports).toEqual([443]);
  expect(services).toEqual([service]);
  expect(software?.needs).toEqual([certificate]);
  expect(site?.spec).toMatchObject({ ensure: 'absent', path: '/etc/nginx/sites-enabled/default' });
  expect([site?.needs, site?.notify]).toEqual([[software], services]);
  const text = String(config?.spec.content);
  expect(text.match(/^ *listen .*$/gm)).toHaveLength(4);
  expect(text).not.toMatch(/listen [^;]*80/);
  expect(text).toContain('root /var/lib/mta-sts/example.org;');
});
