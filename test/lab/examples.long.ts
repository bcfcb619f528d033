import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { apply, type Declarations, type Playbook, plan, play, playbook } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { baseline } from '../../examples/hardened-baseline/baseline.ts';
import { Timezone } from '../../examples/own-resource/timezone.ts';
import { webHost } from '../../examples/web-host/web-host.ts';
import { labInventory } from './lab-inventory.ts';
import { useLab } from './use-lab.ts';

// The roles of the examples on bare hosts, each with a second plan that is empty. The mail examples are in mail.lab.ts.

const lab = useLab(
  [
    { name: 'web', release: 'debian-12' },
    { name: 'base', release: 'debian-13' },
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
