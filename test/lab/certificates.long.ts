import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import {
  apply,
  type Declarations,
  inventory,
  plan,
  play,
  playbook,
  secret,
} from '@hostwright/core';
import {
  AcmeCertificate,
  DnsRecord,
  File,
  Package,
  rfc2136,
  SelfSignedCertificate,
  tsigKey,
  UfwRule,
} from '@hostwright/modules';
import { dnsServer, mailServer } from '@hostwright/playbooks';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectConverged } from './converged.ts';
import { labSsh } from './lab-inventory.ts';
import { startPebble, trustPebble } from './pebble-host.ts';
import { useLab } from './use-lab.ts';

const lab = useLab(
  [
    { name: 'ca', release: 'debian-12' },
    { name: 'mx', release: 'debian-13' },
  ],
  'certificates',
);

const zone = 'acme.lab';
const caName = `ca.${zone}`;
const mailName = `mail.${zone}`;
const setupLimitMs = 15 * 60_000;
const keySecret = Buffer.alloc(32, 'certificates').toString('base64');
const key = () => tsigKey({ name: 'hostwright', secret: secret(keySecret) });
const provider = () => rfc2136({ server: lab.host('ca').address, key: key() });

function hosts() {
  const ssh = labSsh(lab);
  return inventory({
    defaults: { user: 'deploy', become: true, ssh },
    hosts: { ca: { address: lab.host('ca').address }, mx: { address: lab.host('mx').address } },
  });
}

const on = (name: 'ca' | 'mx', resources: () => Declarations) =>
  playbook({ inventory: hosts(), plays: [play({ hosts: name, resources })] });

async function changesOf(book: ReturnType<typeof playbook>): Promise<readonly string[]> {
  const { plan: planned } = await plan(book);
  return planned.steps.flatMap(({ id, verdict }) =>
    verdict.is === 'unchanged' ? [] : [`${id} ${verdict.is}`],
  );
}

let directory = '';

beforeAll(async () => {
  const ca = lab.host('ca');
  const names = dnsServer({
    zones: [{ name: zone, nameserver: { name: `ns1.${zone}`, address: ca.address } }],
    keys: [key()],
  });
  const addresses = { ca, www: ca };
  await expectConverged(
    playbook({
      inventory: hosts(),
      plays: [
        play({
          hosts: 'ca',
          resources: () => [
            names.host(),
            [80, 14_000].map((allow) => UfwRule({ allow, proto: 'tcp' })),
            ['pebble', 'certbot', 'python3-certbot-dns-rfc2136'].map((name) => Package({ name })),
          ],
        }),
        play({
          hosts: 'controller',
          resources: () =>
            Object.entries(addresses).map(([name, { address }]) =>
              DnsRecord(
                { provider: provider(), zone, name, type: 'A', values: [address] },
                { needs: [names.service] },
              ),
            ),
        }),
      ],
    }),
  );
  directory = await startPebble(ca, caName, ca.address);
  for (const host of lab.hosts) await trustPebble(host, ca, caName);
}, setupLimitMs);

describe.each(['ca', 'mx'] as const)('a certificate that signs itself, on %s', (name) => {
  const files = { certificateFile: '/etc/ssl/certs/own.pem', keyFile: '/etc/ssl/private/own.key' };
  const own = (names: string[]) =>
    on(name, () => [Package({ name: 'openssl' }), SelfSignedCertificate({ names, ...files })]);
  const fingerprint = async () => {
    const { stdout } = await lab.host(name).exec(`cat ${files.certificateFile}`);
    return new X509Certificate(stdout).fingerprint256;
  };

  test('is made once, and its key is for root alone', async () => {
    const book = own([`own.${zone}`]);
    await expectConverged(book);
    expect(await changesOf(book)).toEqual([]);
    const before = await fingerprint();
    await lab.host(name).exec(`chmod 0644 ${files.keyFile}`);
    expect(await changesOf(book)).toEqual([
      `${name}/SelfSignedCertificate[${files.certificateFile}] change`,
    ]);
    await expectConverged(book);
    const { stdout } = await lab.host(name).exec(`stat -c '%U %a' ${files.keyFile}`);
    expect([stdout.trim(), await fingerprint()]).toEqual(['root 600', before]);
  });

  test('is made anew for other names, a strange key, and before it ends', async () => {
    const book = own([`own.${zone}`, `other.${zone}`]);
    await expectConverged(book);
    const ruin = [
      `openssl genrsa -out ${files.keyFile} 2048`,
      `openssl req -x509 -newkey rsa:2048 -nodes -days 10 -subj /CN=own.${zone} -addext subjectAltName=DNS:own.${zone},DNS:other.${zone} -keyout ${files.keyFile} -out ${files.certificateFile}`,
    ];
    for (const command of ruin) {
      await lab.host(name).exec(command);
      expect(await changesOf(book)).toHaveLength(1);
      await expectConverged(book);
      expect(await changesOf(book)).toEqual([]);
    }
    const { stdout } = await lab.host(name).exec(`cat ${files.certificateFile}`);
    expect(new X509Certificate(stdout).checkHost(`other.${zone}`)).toBe(`other.${zone}`);
  });
});

describe('a certificate of an authority, on Debian 12', () => {
  const issued = async (name: string) => {
    const { stdout } = await lab.host('ca').exec(`cat /etc/letsencrypt/live/${name}/cert.pem`);
    return new X509Certificate(stdout);
  };
  const order = (names: string[]) =>
    on('ca', () => AcmeCertificate({ names, agreesToTerms: true, server: directory }));

  test('comes by HTTP, once, and again for other names', async () => {
    await expectConverged(order([caName]));
    expect(await changesOf(order([caName]))).toEqual([]);
    const first = await issued(caName);
    expect(first.issuer).toContain('Pebble Intermediate CA');
    expect(await changesOf(order([caName, `www.${zone}`]))).toEqual([
      `ca/AcmeCertificate[${caName}] change`,
    ]);
    await expectConverged(order([caName, `www.${zone}`]));
    const second = await issued(caName);
    expect(second.checkHost(`www.${zone}`)).toBe(`www.${zone}`);
    expect(second.serialNumber).not.toBe(first.serialNumber);
  }, 180_000);

  test('comes by DNS for a wildcard, and the record is gone afterwards', async () => {
    const path = '/etc/letsencrypt/dns.ini';
    const { address } = lab.host('ca');
    const content = `dns_rfc2136_server = ${address}\ndns_rfc2136_name = hostwright.\ndns_rfc2136_secret = ${keySecret}\ndns_rfc2136_algorithm = HMAC-SHA256\n`;
    const book = on('ca', () => [
      File({ path, content: secret(content), mode: '0600' }),
      AcmeCertificate({
        names: [`*.${zone}`],
        agreesToTerms: true,
        server: directory,
        challenge: { rfc2136: path, waitSeconds: 1 },
      }),
    ]);
    await expectConverged(book);
    expect(await changesOf(book)).toEqual([]);
    expect((await issued(zone)).checkHost(`any.${zone}`)).toBe(`*.${zone}`);
    const { stdout } = await lab.host('ca').exec(`rndc sync; cat /var/lib/bind/${zone}.zone`);
    expect(stdout).not.toContain('_acme-challenge');
  }, 180_000);

  test('one that is refused says why', async () => {
    const { outcome } = await apply(order([`nowhere.${zone}`]));
    const [failed] = outcome.steps.filter(({ result }) => result === 'failed');
    expect(failed?.error?.detail).toContain(`nowhere.${zone}`);
  }, 180_000);
});

test(
  'a mail server gets one for its names, of which DNS knew none, and takes up the next without closing anything',
  async () => {
    const mx = lab.host('mx');
    const mail = mailServer({
      domain: zone,
      hostname: mailName,
      address: mx.address,
      users: [{ address: `anna@${zone}`, password: secret('a pass of anna') }],
      dns: { provider: provider(), mtaSts: { mode: 'testing', serve: true } },
      tls: { acme: { agreesToTerms: true, server: directory } },
      controllerAddress: lab.controllerAddress,
    });
    const book = playbook({
      inventory: hosts(),
      plays: [
        play({ hosts: 'mx', resources: mail.host }),
        play({ hosts: 'controller', resources: mail.dns }),
      ],
    });
    await expectConverged(book);
    expect(await changesOf(book)).toEqual([]);
    const served = async () =>
      Promise.all([465, 993, 443].map((port) => certificateOf(mx.address, port)));
    const pids = async () =>
      (
        await mx.exec(
          'cat /var/spool/postfix/pid/master.pid; cat /run/dovecot/master.pid /run/nginx.pid',
        )
      ).stdout;
    const [issuedFor] = await served();
    expect(issuedFor?.subjectAltName).toBe(`DNS:${mailName}, DNS:mta-sts.${zone}`);
    const [before, pidsBefore] = [await served(), await pids()];
    for (const { issuer } of before) expect(issuer).toContain('Pebble Intermediate CA');
    const { exitCode, stdout } = await mx.exec(
      'certbot renew --force-renewal --no-random-sleep-on-renew 2>&1',
    );
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('refreshing the Postfix')]);
    const after = await served();
    for (const [index, { serialNumber }] of after.entries()) {
      expect(serialNumber).not.toBe(before[index]?.serialNumber);
    }
    expect(await pids()).toBe(pidsBefore);
    expect(await changesOf(book)).toEqual([]);
    const timer = await mx.exec('systemctl is-enabled certbot.timer');
    expect(timer.stdout.trim()).toBe('enabled');
  },
  setupLimitMs,
);

function certificateOf(host: string, port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, servername: mailName });
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (certificate === undefined) reject(new Error('no certificate'));
      else resolve(certificate);
    });
  });
}
