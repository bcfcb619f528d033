import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './lab-error.ts';

/**
 * Every lab has a control group with one below it per host, so that its processes are known as a whole, however they were
 * started, and can be ended as a whole without a search by name.
 */
export function createCgroup(lab: number, host: string): string {
  const path = join(unifiedMount(), labPath(lab), host);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Ends every process of a lab, or of one host, at once and without a farewell. */
export async function killCgroup(lab: number, host = ''): Promise<void> {
  const path = join(unifiedMount(), labPath(lab), host);
  const deadline = Date.now() + killTimeoutMs;
  while (existsSync(path)) {
    const pids = processesBelow(path);
    if (pids.length === 0) return;
    if (Date.now() > deadline) {
      throw new LabError(`The processes ${pids.join(', ')} of lab ${lab} do not end.`);
    }
    killAll(path, pids);
    await sleep(killPollMs);
  }
}

const killTimeoutMs = 10_000;
const killPollMs = 10;

/** Removes the empty groups; systemd-nspawn makes the same ones in the older hierarchy where a machine has both. */
export function removeCgroup(lab: number, host = ''): void {
  for (const mount of [unifiedMount(), ...legacyMounts()]) {
    removeTree(join(mount, labPath(lab), host));
    removeIfEmpty(join(mount, parentGroup));
  }
}

const parentGroup = 'hostwright-lab';

function labPath(lab: number): string {
  return join(parentGroup, String(lab));
}

function killAll(path: string, pids: readonly number[]): void {
  const killFile = join(path, 'cgroup.kill');
  if (existsSync(killFile)) {
    writeFileSync(killFile, '1');
    return;
  }
  // Kernels before 5.14: one by one, and the caller looks again for those that forked meanwhile.
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

function processesBelow(path: string): readonly number[] {
  return groupsBelow(path).flatMap((group) => {
    try {
      const text = readFileSync(join(group, 'cgroup.procs'), 'utf8');
      return text.split('\n').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
}

/** The group and all below it, the deepest first. */
function groupsBelow(path: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
  return [...names.flatMap((name) => groupsBelow(join(path, name))), path];
}

function removeTree(path: string): void {
  for (const group of groupsBelow(path)) removeIfEmpty(group);
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Another lab is still in it, or it is gone.
  }
}

function unifiedMount(): string {
  const mount = mountsOfType('cgroup2')[0]?.point;
  if (mount === undefined) throw new LabError('No cgroup2 file system is mounted on this machine.');
  return mount;
}

function legacyMounts(): readonly string[] {
  return mountsOfType('cgroup')
    .filter(({ options }) => options.includes('name=systemd'))
    .map(({ point }) => point);
}

function mountsOfType(type: string): readonly { point: string; options: string }[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter((fields) => fields[2] === type)
    .map((fields) => ({ point: fields[1] ?? '', options: fields[3] ?? '' }));
}
