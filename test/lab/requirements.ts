import { existsSync } from 'node:fs';
import { access, constants, mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findUpperPlace } from './overlay.ts';
import { runCommand } from './run-command.ts';
import { type StateDir, stateDir } from './state-dir.ts';

/** Commands that the lab needs, and the Debian package that brings each. */
const commandPackages: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  'systemd-nspawn': 'systemd-container',
  ip: 'iproute2',
  sysctl: 'procps',
  nsenter: 'util-linux',
  flock: 'util-linux',
  mount: 'mount',
  'ssh-keygen': 'openssh-client',
  'apt-get': 'apt',
};

/** Linux capability numbers of <linux/capability.h>. */
const capabilities = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 } as const;

/**
 * Why the sandbox cannot boot here, in one line, or undefined when it can. Looks and tries, starts nothing, and leaves
 * nothing behind.
 */
export async function missingForLab(dirs: StateDir = stateDir()): Promise<string | undefined> {
  if (process.env.HOSTWRIGHT_LAB === 'off') return 'HOSTWRIGHT_LAB=off is set';
  if (process.platform !== 'linux') return `this is ${process.platform}, and it needs Linux`;
  if (process.geteuid?.() !== 0) return 'it needs root';
  return (
    (await missingCapability()) ??
    missingCommand() ??
    missingCgroup() ??
    unusablePath(dirs) ??
    (await missingNamespaces()) ??
    (await missingOverlay(dirs))
  );
}

async function missingCapability(): Promise<string | undefined> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${status.match(/^CapEff:\s*([0-9a-f]+)$/m)?.[1] ?? '0'}`);
  const missing = Object.entries(capabilities)
    .filter(([, bit]) => (effective & (1n << BigInt(bit))) === 0n)
    .map(([name]) => name);
  if (missing.length === 0) return undefined;
  return `root lacks ${missing.join(' and ')} here (an unprivileged container?)`;
}

function missingCommand(): string | undefined {
  const missing = missingAmong(Object.keys(commandPackages));
  if (missing.length === 0) return undefined;
  const wanted = missingPackages().join(' ');
  return `the command ${missing.join(', ')} is missing (Debian: apt-get install ${wanted})`;
}

/** Debian packages that bring the commands which are missing; none where there is no apt to bring them. */
export function missingPackages(): readonly string[] {
  const missing = missingAmong(Object.keys(commandPackages));
  if (missing.includes('apt-get')) return [];
  return [...new Set(missing.map((command) => commandPackages[command] ?? command))];
}

/** Those of some commands that this machine does not have. */
export function missingAmong(commands: readonly string[]): readonly string[] {
  const directories = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/sbin');
  return commands.filter(
    (command) => !directories.some((directory) => existsSync(join(directory, command))),
  );
}

function missingCgroup(): string | undefined {
  return existsSync('/sys/fs/cgroup/cgroup.procs') ||
    existsSync('/sys/fs/cgroup/unified/cgroup.procs')
    ? undefined
    : 'no cgroup2 file system is mounted';
}

/** Colon, comma and backslash separate the layers in overlayfs's mount options. */
function unusablePath(dirs: StateDir): string | undefined {
  return /[:,\\]/.test(dirs.root)
    ? `HOSTWRIGHT_LAB_DIR holds one of the characters : , \\ (${dirs.root})`
    : undefined;
}

async function missingNamespaces(): Promise<string | undefined> {
  const result = await runCommand('unshare', ['--net', '--mount', '--pid', '--fork', 'true']);
  return result.exitCode === 0 ? undefined : 'namespaces cannot be created here';
}

async function missingOverlay(dirs: StateDir): Promise<string | undefined> {
  try {
    await mkdir(dirs.root, { recursive: true });
    await access(dirs.root, constants.W_OK);
  } catch {
    return `${dirs.root} cannot be written (HOSTWRIGHT_LAB_DIR names another place)`;
  }
  const place = await findUpperPlace(dirs.root);
  return place === undefined ? 'overlayfs cannot be mounted here' : undefined;
}
