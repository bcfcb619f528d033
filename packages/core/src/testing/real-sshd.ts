import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '../model/host.ts';
import { newKey } from './new-key.ts';

const program = '/usr/sbin/sshd';
const address = '127.0.0.1';

/** Whether this machine has an sshd that this user can start. Root's needs its empty folder. */
export const hasSshd = existsSync(program) && (userInfo().uid !== 0 || existsSync('/run/sshd'));

export interface RealSshd {
  readonly host: Host;
  close(): Promise<void>;
}

/** OpenSSH's own server on a loopback port, for the user who runs the tests, with keys and configuration of its own. */
export async function startSshd(): Promise<RealSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'hostwright-sshd-'));
  const inFolder = (name: string) => join(folder, name);
  const [hostKey, clientKey] = [newKey(), newKey()];
  const port = await freePort();
  await writeFile(inFolder('host_key'), hostKey.private, { mode: 0o600 });
  await writeFile(inFolder('id'), clientKey.private, { mode: 0o600 });
  await writeFile(inFolder('authorized_keys'), `${clientKey.public}\n`);
  await writeFile(inFolder('known_hosts'), `[${address}]:${port} ${hostKey.public}\n`);
  const settings = [
    `ListenAddress ${address}:${port}`,
    `HostKey ${inFolder('host_key')}`,
    `AuthorizedKeysFile ${inFolder('authorized_keys')}`,
    ...['PidFile none', 'StrictModes no', 'UsePAM no', 'PermitRootLogin yes'],
    // A bash that is not the outermost leaves the .bashrc of whoever runs the tests alone.
    'SetEnv SHLVL=2',
  ];
  await writeFile(inFolder('config'), `${settings.join('\n')}\n`);
  const sshd = spawn(program, ['-D', '-f', inFolder('config'), '-E', inFolder('log')]);
  await listening(sshd, port);
  return {
    host: {
      name: 'sshd',
      address,
      connection: 'ssh',
      user: userInfo().username,
      groups: [],
      ssh: {
        port,
        knownHosts: [inFolder('known_hosts')],
        identityFiles: [inFolder('id')],
        agent: null,
        config: null,
      },
      become: undefined,
      vars: {},
    },
    async close() {
      const ended = new Promise((resolve) => sshd.once('exit', resolve));
      sshd.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(sshd: ChildProcess, port: number): Promise<void> {
  for (let count = 0; count < 100; count += 1) {
    if (sshd.exitCode !== null) throw new Error(`${program} ended with ${sshd.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = net.connect({ host: address, port });
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await delay(20);
  }
  throw new Error(`${program} does not listen on port ${port}`);
}
