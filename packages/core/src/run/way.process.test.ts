import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Type } from 'typebox';
import { defineResource } from '../declare/define-resource.ts';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import { absent } from '../model/reading.ts';
import { sh } from '../shell/sh.ts';
import { startSshServer } from '../testing/ssh-server.ts';
import { plan } from './plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-way-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Says of every way that it takes it. */
const Wall = defineResource({
  kind: 'Wall',
  schema: Type.Object(
    { name: Type.String({ maxLength: 9, description: 'Its name.' }) },
    { additionalProperties: false },
  ),
  keys: ['name'],
  identity: ({ name }) => name,
  diff: () => [{ field: 'exists', from: false, to: true }],
  threatens: ({ way }) => [`It shuts out ${way.user}@${way.address}:${way.port}.`],
  driver: {
    via: 'shell',
    commands: [],
    probe: () => sh`:`,
    parse: (_, specs) => specs.map(() => absent),
    apply: () => sh`:`,
  },
});

test('what a plan must not take away is the way that the SSH configuration leads', async () => {
  const server = await startSshServer({ folder, user: 'deploy' });
  const { address, port, identityFile, knownHostsFile } = server;
  const config = join(folder, 'ssh_config');
  writeFileSync(
    config,
    `Host mx\n HostName ${address}\n Port ${port}\n User deploy\n IdentityFile ${identityFile}\n UserKnownHostsFile ${knownHostsFile}\n`,
    { mode: 0o600 },
  );
  const hosts = inventory({ hosts: { mx: { ssh: { config, agent: null } } } });
  const resources = () => [Wall({ name: 'wall' })];
  const book = playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
  const { plan: planned } = await plan(book);
  expect(planned.unreachable).toEqual([]);
  expect(planned.refusals).toMatchObject([
    { code: 'PLAN_CUTS_OFF', problem: `It shuts out deploy@${address}:${port}.` },
  ]);
  await server.close();
});
