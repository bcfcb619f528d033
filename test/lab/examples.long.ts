import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import {
  apply,
  type Declarations,
  type Playbook,
  plan,
  play,
  playbook,
  secret,
} from '@hostwright/core';
import { tsigKey } from '@hostwright/modules';
import { dnsServer } from '@hostwright/playbooks';
import { expect, test } from '@jest/globals';
import { resolverOf } from '../../examples/demo/mail-client.ts';
import { portState } from '../../examples/demo/network-client.ts';
import { baseline } from '../../examples/hardened-baseline/baseline.ts';
import { Timezone } from '../../examples/own-resource/timezone.ts';
import { webHost } from '../../examples/web-host/web-host.ts';
import { newcomer } from './example-run.ts';
import { labInventory } from './lab-inventory.ts';
import { until } from './until.ts';
import { useLab } from './use-lab.ts';

// The examples on bare hosts, each with a second plan that is empty. mail-system.ts of the demo is in mail.lab.ts, the Vagrantfile
// in test/vagrant.

const lab = useLab(
  [
    { name: 'web', release: 'debian-12' },
    { name: 'base', release: 'debian-13' },
    { name: 'mail', release: 'debian-13' },
    { name: 'names', release: 'debian-12' },
  ],
  'examples',
);

const onHost = (name: string, resources: () => Declarations): Playbook =>
  playbook({
    inventory: labInventory(lab, 'deploy'),
    plays: [play({ hosts: name, resources })],
  });

async function applyTwice(site: Playbook): Promise<void> {
  const { outcome } = await apply(site);
  const failed = outcome.steps.filter(({ result }) => result === 'failed');
  expect(failed.map(({ label, error }) => `${label}: ${error?.problem} ${error?.detail}`)).toEqual(
    [],
  );
  expect(outcome.isConverged).toBe(true);
  const again = await plan(site);
  const left = again.plan.steps.filter(({ verdict }) => verdict.is !== 'unchanged');
  expect(left.map(({ label, verdict }) => `${label} ${JSON.stringify(verdict)}`)).toEqual([]);
}

const limitMs = 300_000;

test(
  'web-host: the site is there over TLS, and nothing else is',
  async () => {
    await applyTwice(onHost('web', () => webHost({ name: 'www.example.com', greeting: 'Lab.' })));
    const { exec, address } = lab.host('web');
    const { stdout: ca } = await exec('cat /etc/ssl/certs/site.pem');
    const name = 'www.example.com';
    const page = await new Promise<string>((resolve, reject) => {
      const options = { host: address, servername: name, headers: { host: name }, ca };
      get(options, (response) => {
        text(response).then(resolve, reject);
      }).on('error', reject);
    });
    expect(page).toBe('<h1>Lab.</h1>\n');
    expect((await lab.host('web').exec('ufw status')).stdout).toMatch(/80,443\/tcp +ALLOW/);
  },
  limitMs,
);

test(
  'hardened-baseline: keys only, upgrades and bans run, and the way in stays',
  async () => {
    const key = readFileSync(`${lab.identityFile}.pub`, 'utf8').trim();
    const site = onHost('base', () =>
      baseline({
        admins: [{ name: 'deploy', keys: [key] }],
        trusted: [lab.controllerAddress],
      }),
    );
    await applyTwice(site);
    const { stdout } = await lab
      .host('base')
      .exec(
        '/usr/sbin/sshd -T | grep -E "^(passwordauthentication|permitrootlogin|allowusers)"; fail2ban-client status sshd',
      );
    expect(stdout).toMatch(/permitrootlogin no/);
    expect(stdout).toMatch(/passwordauthentication no/);
    expect(stdout).toMatch(/allowusers deploy/);
    expect(stdout).toMatch(/jail: sshd/);
  },
  limitMs,
);

test(
  'own-resource: a zone of its own, and what the probe prints is what was captured',
  async () => {
    for (const [name, release] of [
      ['web', 'debian-12'],
      ['base', 'debian-13'],
    ] as const) {
      const printed = await lab.host(name).exec('readlink -- /etc/localtime || echo');
      const path = `../../examples/own-resource/captured/timezone.${release}.stdout`;
      expect(printed.stdout).toBe(readFileSync(new URL(path, import.meta.url), 'utf8'));
      await applyTwice(onHost(name, () => Timezone({ zone: 'Europe/Berlin' })));
      expect((await lab.host(name).exec('date -d 2026-07-01T12:00Z +%H')).stdout).toBe('14\n');
    }
  },
  limitMs,
);

test(
  'http-service: events stream while the host is changed, and then nothing differs',
  async () => {
    const token = 'a token of more than 32 characters';
    const { address, exec } = lab.host('names');
    const person = newcomer(lab);
    const service = person.start('http-service', 'server.ts', {
      ...{ SERVICE_TOKEN: token, WEB_ADDRESS: address, PORT: String(servicePort) },
    });
    const ask = (method: string) =>
      fetch(`http://127.0.0.1:${servicePort}/hosts/web1`, {
        method,
        headers: { authorization: `Bearer ${token}` },
      });
    try {
      await until(() =>
        ask('DELETE').then(
          ({ status }) => status === 405,
          () => false,
        ),
      );
      const began = performance.now();
      const seen: { readonly type: string; readonly ms: number; readonly line: string }[] = [];
      let rest = '';
      for await (const chunk of (await ask('POST')).body ?? []) {
        const lines = `${rest}${Buffer.from(chunk)}`.split('\n');
        rest = lines.pop() ?? '';
        const ms = performance.now() - began;
        seen.push(...lines.map((line) => ({ type: JSON.parse(line).type, ms, line })));
      }
      const at = (type: string) => seen.find((each) => each.type === type)?.ms ?? Number.NaN;
      expect([seen[0]?.type, seen.at(-1)?.type]).toEqual(['run.started', 'run.finished']);
      // Nothing is kept back until the end: the start was here long before apt had finished.
      expect(at('run.finished') - at('run.started')).toBeGreaterThan(500);
      expect((await exec('cat /etc/motd')).stdout).toBe('Kept by a service.\n');
      const again = (await (await ask('GET')).text()).trimEnd().split('\n');
      const planned = again
        .map((line) => JSON.parse(line))
        .find(({ type }) => type === 'plan.ready');
      expect(planned.plan.steps.map(({ verdict }: { verdict: object }) => verdict)).toEqual([
        { is: 'unchanged' },
        { is: 'unchanged' },
      ]);
    } finally {
      const ended = once(service, 'exit');
      service.kill();
      await ended;
      person.leave();
    }
  },
  limitMs,
);

const servicePort = 18_080;

test(
  'mail-one-host: mail is served, its records are in the DNS, and the second plan is empty',
  async () => {
    const keySecret = Buffer.alloc(32, 'mail-one-host').toString('base64');
    const { address } = lab.host('names');
    const names = dnsServer({
      zones: [{ name: 'example.com', nameserver: { name: 'ns1.example.com', address } }],
      keys: [tsigKey({ name: 'hostwright', secret: secret(keySecret) })],
    });
    await applyTwice(onHost('names', () => names.host()));
    const person = newcomer(lab);
    const run = (...args: string[]) =>
      person.hostwright('mail-one-host', args, {
        MAIL_ADDRESS: lab.host('mail').address,
        DNS_ADDRESS: address,
        UPDATE_KEY: keySecret,
        ANNAS_PASSWORD: 'correct horse battery',
      });
    const applied = await run('apply', 'site.ts', '--yes');
    expect([applied.code, applied.code === 0 ? '' : applied.output]).toEqual([0, '']);
    const planned = await run('plan', 'site.ts');
    expect([planned.code, planned.code === 0 ? '' : planned.output]).toEqual([0, '']);
    person.leave();
    expect(await resolverOf(address).resolveMx('example.com')).toMatchObject([
      { exchange: 'mail.example.com', priority: 10 },
    ]);
    for (const port of [25, 465, 993]) {
      expect([port, await portState(lab.host('mail').address, port)]).toEqual([port, 'open']);
    }
  },
  20 * 60_000,
);
