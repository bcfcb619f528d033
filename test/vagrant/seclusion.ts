import { spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aptCachePort } from '../lab/apt-cache.ts';
import { LabError } from '../lab/lab-error.ts';
import { outputOf, runCommand } from '../lab/run-command.ts';

/**
 * Arguments of `unshare` for a network, mounts and processes of their own. With their first process all the others end, and
 * with them bridges, firewall chains and machines are gone, however the round ended; a libvirt of this computer sees none of it.
 */
export const secluded = [
  '--net',
  '--mount',
  '--propagation=private',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
];

/** Where libvirt keeps what it knows; each is covered by an empty folder of the round. */
const libvirtFolders = [
  '/etc/libvirt',
  '/var/lib/libvirt',
  '/var/log/libvirt',
  '/var/cache/libvirt',
];

/** Without a service manager outside, no control groups and no daemon for logs: nothing but libvirtd and its machines. */
const qemuConf = `user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
remember_owner = 0
stdio_handler = "file"
`;

/** Starts libvirt in the seclusion. Call once, in there. */
export async function startLibvirt(folder: string): Promise<void> {
  await outputOf('ip', ['link', 'set', 'lo', 'up']);
  await outputOf('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
  for (const path of libvirtFolders) {
    const own = join(folder, path.slice(1).replaceAll('/', '-'));
    mkdirSync(own, { mode: 0o755 });
    await outputOf('mount', ['--bind', own, path]);
  }
  writeFileSync('/etc/libvirt/qemu.conf', qemuConf);
  const log = openSync(join(folder, 'libvirtd.log'), 'a');
  const libvirtd = spawn('libvirtd', [], { stdio: ['ignore', log, log] });
  const startedAt = Date.now();
  while ((await runCommand('virsh', ['-c', libvirtUri, 'list'])).exitCode !== 0) {
    if (libvirtd.exitCode !== null || Date.now() - startedAt > libvirtMsMax) {
      throw new LabError(
        'libvirtd does not start.',
        await outputOf('tail', [join(folder, 'libvirtd.log')]),
      );
    }
    await sleep(500);
  }
}

export const libvirtUri = 'qemu:///system';
const libvirtMsMax = 120_000;

/** The apt cache, which has a way out, seen in the network that has none. */
export async function openAptCache(socket: string): Promise<void> {
  const server = createServer((client) => {
    const cache = connect(socket);
    client.on('error', () => cache.destroy());
    cache.on('error', () => client.destroy());
    client.pipe(cache).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(aptCachePort, resolve));
}
