import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventory, type Playbook, play, playbook } from '@hostwright/core';
import { type SshServer, startSshServer } from '@hostwright/core/testing/ssh-server';
import { Command, Directory, File, Template } from '@hostwright/modules';
import { startRunner } from './runner.ts';
import type { Stage } from './stage.ts';

export interface FolderDemo {
  readonly stage: Stage;
  readonly signal: AbortSignal;
}

/**
 * The same pipeline where no host can be booted: over an SSH server in this process, on a folder that is thrown away.
 * True when everything held.
 */
export async function runOnFolders({ stage, signal }: FolderDemo): Promise<boolean> {
  stage.say('Instead, the same steps over an SSH server in this process, on files of a folder.');
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-demo-'));
  const server = await startSshServer({ folder });
  try {
    const runner = startRunner(folderSystem(server, folder), { stage, signal });
    stage.act('Plan: what would change. Nothing is written');
    await runner.plan('first plan');
    stage.act('Apply: make it so, and read everything again');
    if (!(await runner.apply('first apply'))) return false;
    stage.act('Plan again: nothing left to do');
    const isEmpty = await runner.planIsEmpty('second plan');
    stage.act('Drift: one file is edited by hand, another removed');
    const port = join(folder, 'site/port');
    await writeFile(port, '2525\n');
    await rm(join(folder, 'site/greeting.html'));
    const isFound = !(await runner.planIsEmpty('plan after drift', { isDriftExpected: true }));
    stage.act('Apply mends it, and nothing else');
    const isMended =
      (await runner.apply('second apply')) && (await runner.planIsEmpty('last plan'));
    stage.act('In figures');
    runner.tell();
    return isEmpty && isFound && isMended && (await readFile(port, 'utf8')) === '25\n';
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function folderSystem(server: SshServer, folder: string): Playbook {
  const { address, port, user, identityFile, knownHostsFile } = server;
  const ssh = {
    port,
    identityFiles: [identityFile],
    knownHosts: [knownHostsFile],
    agent: null,
    config: null,
  };
  const hosts = inventory({ hosts: { here: { address, user, ssh } } });
  const site = join(folder, 'site');
  return playbook({
    inventory: hosts,
    plays: [
      play({
        hosts: 'here',
        resources: ({ facts }) => {
          const settings = File({ path: join(site, 'port'), content: '25\n' });
          const greeting = Template({
            path: join(site, 'greeting.html'),
            source: '<h1>Hello from {{system}}</h1>\n',
            vars: { system: `${facts.os.id} ${facts.os.version}` },
          });
          const checksums = Command(
            {
              name: 'checksums',
              script: `cd '${site}' && sha256sum port greeting.html > sums`,
              unless: `cd '${site}' && sha256sum -c --status sums`,
            },
            { needs: [settings, greeting] },
          );
          return [Directory({ path: site, mode: '0750' }), settings, greeting, checksums];
        },
      }),
    ],
  });
}
