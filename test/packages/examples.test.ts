import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connect,
  type Host,
  inventory,
  type Playbook,
  plan,
  play,
  playbook,
} from '@hostwright/core';
import { File } from '@hostwright/modules';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import hardenedBaseline from '../../examples/hardened-baseline/site.ts';
import { hostService } from '../../examples/http-service/service.ts';
import mailOneHost from '../../examples/mail-one-host/site.ts';
import ownResource from '../../examples/own-resource/site.ts';
import webHost from '../../examples/web-host/site.ts';

// Plans write nothing, so this machine stands in for the hosts. The lab applies the same to real ones.

const here = (host: Host) =>
  connect({
    ...host,
    connection: host.connection === 'ssh' ? 'local' : host.connection,
    become: undefined,
  });

test.each<[string, Playbook, readonly string[]]>([
  ['web-host', webHost, ['Package[nginx]', 'File[/etc/nginx/conf.d/site.conf]', 'Service[nginx]']],
  ['hardened-baseline', hardenedBaseline, ['User[ops]', 'Fail2banJail[sshd]', 'Ufw[firewall]']],
  ['mail-one-host', mailOneHost, ['Package[postfix]', 'Package[dovecot-imapd]']],
  ['own-resource', ownResource, ['Timezone[localtime]']],
])(
  '%s is planned',
  async (_, site, expected) => {
    const { plan: planned } = await plan(site, { connect: here, limit: 'all' });
    expect(planned.unreachable).toEqual([]);
    const labels = planned.steps.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining([...expected]));
  },
  60_000,
);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-service-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('http-service: a host is planned and changed over HTTP, and every event is a line', async () => {
  const token = 'a token of more than 32 characters';
  const path = join(folder, 'made');
  const site = playbook({
    inventory: inventory({ hosts: { here: { connection: 'local' } } }),
    plays: [play({ hosts: 'all', resources: () => File({ path, content: 'made\n' }) })],
  });
  const server = hostService({ playbook: site, token }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = (method: string, name: string, authorization = `Bearer ${token}`) =>
    fetch(`http://127.0.0.1:${port}/hosts/${name}`, { method, headers: { authorization } });
  const typesOf = async (response: Response) =>
    (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type);
  try {
    expect((await ask('POST', 'here', 'Bearer wrong')).status).toBe(401);
    expect((await ask('POST', 'there')).status).toBe(404);
    expect(await typesOf(await ask('GET', 'here'))).toContain('plan.ready');
    const applied = await typesOf(await ask('POST', 'here'));
    expect([applied[0], applied.at(-1)]).toEqual(['run.started', 'run.finished']);
    expect(readFileSync(path, 'utf8')).toBe('made\n');
  } finally {
    server.close();
  }
}, 60_000);

/** What Vagrant 2.3.4 printed of three machines of vagrant-libvirt 0.11.2; test/vagrant makes such machines. */
const sshConfig = join(
  import.meta.dirname,
  '../../packages/inventories/src/ssh/captured/vagrant-libvirt.txt',
);

test('vagrant: the machines are found, and planned', async () => {
  process.env.VAGRANT_SSH_CONFIG = sshConfig;
  const { default: site } = await import('../../examples/vagrant/site.ts');
  expect([...site.inventory.hosts.keys()]).toEqual(['mx1', 'mx2', 'dns']);
  expect(site.inventory.hosts.get('mx2')).toMatchObject({
    ...{ address: '198.19.1.241', user: 'vagrant', become: {} },
    ssh: {
      hostKeyPolicy: 'accept-new',
      identityFiles: ['/srv/vagrant/.vagrant/machines/mx2/libvirt/private_key'],
    },
  });
  const { plan: planned } = await plan(site, { connect: here });
  const hosts = new Set(planned.steps.map(({ host }) => host));
  expect([...hosts].toSorted()).toEqual(['controller', 'dns', 'mx1', 'mx2']);
}, 60_000);

const hasVagrant = spawnSync('vagrant', ['--version']).error === undefined;

(hasVagrant ? test : test.skip)(
  'vagrant: the Vagrantfile is valid',
  () => {
    const cwd = join(import.meta.dirname, '../../examples/vagrant');
    const env = {
      ...process.env,
      VAGRANT_HOME: join(folder, 'vagrant'),
      VAGRANT_DOTFILE_PATH: join(folder, 'dotfile'),
      VAGRANT_CHECKPOINT_DISABLE: '1',
    };
    const validated = spawnSync('vagrant', ['validate', '--ignore-provider'], {
      cwd,
      env,
      encoding: 'utf8',
    });
    expect(validated).toMatchObject({ status: 0, stdout: expect.stringContaining('successfully') });
  },
  120_000,
);
