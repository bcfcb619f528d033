import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Mirrors, sourcesText } from './apt-sources.ts';
import type { HostRecord, LabRecord } from './lab-record.ts';
import { aptCacheUrl } from './network.ts';
import { mountOverlay, type UpperPlace } from './overlay.ts';
import { outputOf } from './run-command.ts';

/** The host's whole root as this machine sees it; what is written here, the host sees at once. */
export function rootPath(lab: LabRecord, host: string): string {
  return join(hostDirectory(lab, host), 'root');
}

export function hostDirectory(lab: LabRecord, host: string): string {
  return join(lab.directory, 'hosts', host);
}

/** What the hosts write goes to memory where the disk cannot take it. */
export async function prepareDisks(lab: LabRecord, place: UpperPlace): Promise<void> {
  const directory = join(lab.directory, 'hosts');
  mkdirSync(directory, { recursive: true });
  if (place === 'memory') await outputOf('mount', ['-t', 'tmpfs', 'tmpfs', directory]);
}

/** A root of its own over the shared image. */
export async function mountRoot(lab: LabRecord, host: HostRecord, image: string): Promise<void> {
  const directory = hostDirectory(lab, host.name);
  for (const name of ['upper', 'work', 'root']) {
    mkdirSync(join(directory, name), { recursive: true });
  }
  await mountOverlay(image, directory);
}

export interface RootFiles {
  readonly mirrors: Mirrors;
  /** The line for authorized_keys. */
  readonly publicKey: string;
}

/** Writes what makes this host another one than its neighbours. Runs before its first start. */
export async function personalizeRoot(
  lab: LabRecord,
  host: HostRecord,
  files: RootFiles,
): Promise<void> {
  const root = rootPath(lab, host.name);
  writeFileSync(join(root, 'etc/machine-id'), `${randomBytes(16).toString('hex')}\n`);
  writeFileSync(join(root, 'etc/hostname'), `${host.name}\n`);
  writeFileSync(join(root, 'etc/hosts'), hostsFile(lab));
  writeFileSync(join(root, 'etc/systemd/network/10-host0.network'), networkFile(host));
  writeFileSync(
    join(root, 'etc/apt/sources.list.d/debian.sources'),
    sourcesText(host.release, files.mirrors, aptCacheUrl(lab.id)),
  );
  for (const home of ['root', 'home/deploy', 'home/admin']) {
    const directory = join(root, home, '.ssh');
    const { uid, gid } = statSync(directory);
    const file = join(directory, 'authorized_keys');
    writeFileSync(file, files.publicKey);
    chmodSync(file, 0o600);
    chownSync(file, uid, gid);
  }
  await Promise.all(hostKeyTypes.map((type) => createHostKey(root, host.name, type)));
}

/** RSA is left out: making one takes longer than the boot, and sshd is content without. */
const hostKeyTypes = ['ed25519', 'ecdsa'] as const;

async function createHostKey(root: string, host: string, type: string): Promise<void> {
  const file = join(root, `etc/ssh/ssh_host_${type}_key`);
  await outputOf('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', `root@${host}`, '-f', file]);
}

/** Lines for known_hosts, from the keys on the host's disk: nothing is trusted for having answered. */
export function knownHostsLines(lab: LabRecord, host: HostRecord): string {
  return hostKeyTypes
    .map((type) => join(rootPath(lab, host.name), `etc/ssh/ssh_host_${type}_key.pub`))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8').split(' ').slice(0, 2).join(' '))
    .map((key) => `${host.name},${host.address} ${key}\n`)
    .join('');
}

function hostsFile(lab: LabRecord): string {
  return [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost ip6-loopback',
    ...lab.hosts.map((each) => `${each.address} ${each.name}`),
    '',
  ].join('\n');
}

function networkFile(host: HostRecord): string {
  return `[Match]
Name=host0

[Network]
Address=${host.address}/24
LinkLocalAddressing=no
IPv6AcceptRA=no
`;
}
