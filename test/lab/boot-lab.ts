import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mirrors, readMirrors } from './apt-sources.ts';
import { withFileLock } from './file-lock.ts';
import { knownHostsLines, mountRoot, personalizeRoot, prepareDisks } from './host-root.ts';
import { ensureImages } from './image.ts';
import type { ImageWish } from './image-recipe.ts';
import { keyFiles, type Lab, openLab } from './lab.ts';
import { LabError } from './lab-error.ts';
import { type HostRecord, type LabRecord, labDirectory, writeRecord } from './lab-record.ts';
import { startMachine, waitUntilReady } from './machine.ts';
import { createNetwork, hostAddress, hostsMax, usedNetworks } from './network.ts';
import { findUpperPlace, type UpperPlace } from './overlay.ts';
import { bootId, identifyProcess } from './process-identity.ts';
import { isRelease, releases } from './release.ts';
import { removeAbandonedLabs, removeLab } from './remove-lab.ts';
import { missingForLab } from './requirements.ts';
import { outputOf } from './run-command.ts';
import { type Say, sayOnStderr } from './say.ts';
import { type StateDir, stateDir } from './state-dir.ts';

export interface HostWish extends ImageWish {
  /** Host name: letters, digits and hyphens, at most 32 characters. */
  readonly name: string;
}

export interface LabOptions {
  readonly hosts: readonly HostWish[];
  /** To find the lab again from the command line; `lab` when left out. */
  readonly name?: string;
  /** True: the lab outlives this process and stays until `down`. */
  readonly stays?: boolean;
  /** Lines on standard error when left out. */
  readonly say?: Say;
}

/**
 * Boots real hosts, all at once, and resolves when every one of them answers as sshd. The lab ends with `down`, and by
 * itself when this process ends in any way, unless it `stays`.
 *
 * @example
 * await using lab = await bootLab({ hosts: [{ name: 'mx1', release: 'debian-12' }] });
 * const { stdout } = await lab.host('mx1').exec('hostname');
 */
export async function bootLab(options: LabOptions): Promise<Lab> {
  const dirs = stateDir();
  const say = options.say ?? sayOnStderr();
  checkWishes(options.hosts);
  const missing = await missingForLab(dirs);
  if (missing !== undefined) throw new LabError(`The sandbox cannot boot here: ${missing}.`);
  await removeAbandonedLabs(dirs, say);
  const [images, mirrors, place = 'disk'] = await Promise.all([
    ensureImages(options.hosts, dirs, say),
    readMirrors(),
    findUpperPlace(dirs.root),
  ]);
  const startedAt = performance.now();
  const lab = await claimLab(options, dirs);
  try {
    await Promise.all([startKeeper(lab), bringUp(lab, { images, mirrors, place })]);
  } catch (cause) {
    await removeLab(lab, dirs);
    throw cause;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`lab ${lab.id} (${lab.name}): ${lab.hosts.map(describeHost).join(', ')} up in ${seconds} s`);
  return openLab(lab, dirs);
}

function describeHost(host: HostRecord): string {
  return `${host.name} ${host.release} ${host.address}`;
}

function checkWishes(hosts: readonly HostWish[]): void {
  if (hosts.length === 0 || hosts.length > hostsMax) {
    throw new LabError(`A lab has 1 to ${hostsMax} hosts, not ${hosts.length}.`);
  }
  const names = hosts.map((host) => host.name);
  for (const { name, release } of hosts) {
    if (!hostName.test(name)) throw new LabError(`\`${name}\` is no name for a host.`);
    if (!isRelease(release)) {
      throw new LabError(`The lab boots ${releases.join(' and ')}, not ${String(release)}.`);
    }
    if (names.indexOf(name) !== names.lastIndexOf(name)) {
      throw new LabError(`Two hosts are called ${name}.`);
    }
  }
}

const hostName = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;
const labsMax = 254;

/**
 * Takes a free number. The record is complete before it has its place: a directory that is renamed there is either no
 * lab yet or one whose owner can be looked up.
 */
async function claimLab(options: LabOptions, dirs: StateDir): Promise<LabRecord> {
  mkdirSync(dirs.labs, { recursive: true });
  const draft = join(dirs.labs, `.claim-${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(join(draft, 'ssh'), { recursive: true });
  try {
    return await withFileLock(join(dirs.locks, 'claim'), async () => {
      const used = await usedNetworks();
      for (let id = 1; id <= labsMax; id += 1) {
        if (used.has(id)) continue;
        const record = composeRecord(options, labDirectory(dirs, id), id);
        writeRecord(draft, record);
        if (!renamedTo(draft, record.directory)) continue;
        try {
          await createNetwork(id);
        } catch (cause) {
          await removeLab(record, dirs);
          throw cause;
        }
        return record;
      }
      throw new LabError(`All ${labsMax} networks of the lab are in use.`);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function composeRecord(options: LabOptions, directory: string, id: number): LabRecord {
  const owner = options.stays === true ? null : (identifyProcess(process.pid) ?? null);
  return {
    id,
    name: options.name ?? 'lab',
    directory,
    owner,
    bootId: bootId(),
    createdAt: new Date().toISOString(),
    hosts: options.hosts.map(({ name, release }, index) => ({
      name,
      release,
      address: hostAddress(id, index),
    })),
  };
}

function renamedTo(draft: string, place: string): boolean {
  try {
    renameSync(draft, place);
    return true;
  } catch {
    return false;
  }
}

interface Supplies {
  /** One for each host, in their order. */
  readonly images: readonly string[];
  readonly mirrors: Mirrors;
  readonly place: UpperPlace;
}

async function bringUp(lab: LabRecord, given: Supplies): Promise<void> {
  const { identityFile, knownHosts } = keyFiles(lab);
  const comment = `hostwright-lab-${lab.id}`;
  await outputOf('ssh-keygen', [
    ...['-q', '-t', 'ed25519', '-N', '', '-C', comment],
    ...['-f', identityFile],
  ]);
  const files = { mirrors: given.mirrors, publicKey: readFileSync(`${identityFile}.pub`, 'utf8') };
  await prepareDisks(lab, given.place);
  await Promise.all(
    lab.hosts.map(async (host, index) => {
      await mountRoot(lab, host, given.images[index] ?? '');
      await personalizeRoot(lab, host, files);
      startMachine(lab, host);
    }),
  );
  writeFileSync(knownHosts, lab.hosts.map((host) => knownHostsLines(lab, host)).join(''));
  await Promise.all(lab.hosts.map((host) => waitUntilReady(lab, host)));
}

/** Starts the process that outlives this one by as long as the clean-up takes; see keeper.ts. */
async function startKeeper(lab: LabRecord): Promise<void> {
  const log = openSync(join(lab.directory, 'keeper.log'), 'a');
  const script = fileURLToPath(new URL('./keeper.ts', import.meta.url));
  const mode = lab.owner === null ? 'stays' : 'owned';
  const keeper = spawn(process.execPath, [script, lab.directory, mode], {
    stdio: [lab.owner === null ? 'ignore' : 'pipe', 'pipe', log],
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  closeSync(log);
  const answer = await Promise.race([
    once(keeper.stdout ?? keeper, 'data'),
    once(keeper, 'exit').then(() => ['']),
  ]);
  if (String(answer[0]).trim() !== 'ready') {
    const detail = readFileSync(join(lab.directory, 'keeper.log'), 'utf8');
    throw new LabError(`The keeper of lab ${lab.id} did not start.`, detail);
  }
  // The pipes stay open as long as this process lives, yet must not be what keeps it alive.
  keeper.unref();
  for (const pipe of [keeper.stdin, keeper.stdout]) {
    (pipe as { unref?: () => void } | null)?.unref?.();
  }
}
