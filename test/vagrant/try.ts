import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { createAptCache } from '../lab/apt-cache.ts';
import { readMirrors } from '../lab/apt-sources.ts';
import { LabError } from '../lab/lab-error.ts';
import { isRelease, type Release, releases } from '../lab/release.ts';
import { sayOnStderr } from '../lab/say.ts';
import { type StateDir, stateDir } from '../lab/state-dir.ts';
import { type Box, ensureBox } from './box.ts';
import { hasWorkingKvm, missingForVagrant } from './requirements.ts';
import { makeRound, type Round } from './round.ts';
import { openAptCache, secluded, startLibvirt } from './seclusion.ts';

const usage = `examples/vagrant with the real vagrant, on a box made of Debian packages.

  npm run vagrant [-- RELEASE] [all]   box, up, plan, apply, empty second plan, destroy (releases: ${releases.join(', ')})

All machines are made and planned. Where KVM does not work only dns is applied; with \`all\` all of them are, on a box that has the
packages of the machines for mail already, since dpkg takes an hour there.

It needs root on Linux, Debian's vagrant, vagrant-libvirt, libvirt and qemu, 6 GB of memory and 10 GB of disk. Networks, firewall
chains, machines and libvirt itself live in namespaces of their own and end with them; HOSTWRIGHT_LAB_DIR names the disk.
`;

const usageExitCode = 64;
const say = sayOnStderr();

async function main(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words;
  if (first === insideWord) return inside(rest);
  const [release = 'debian-12', ...more] = words.filter((word) => word !== allWord);
  if (!isRelease(release) || more.length > 0) {
    process.stderr.write(usage);
    return usageExitCode;
  }
  const missing = await missingForVagrant();
  if (missing !== undefined) throw new LabError(`Vagrant cannot be tried here: ${missing}.`);
  const dirs = stateDir();
  await mkdir(dirs.root, { recursive: true });
  const folder = await mkdtemp(join(dirs.root, 'vagrant-'));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort());
  }
  try {
    return await outside({ release, folder, isAll: words.includes(allWord) }, dirs, stop.signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
    say(`removed ${folder}`);
  }
}

const allWord = 'all';

interface Trial {
  readonly release: Release;
  readonly folder: string;
  /** All machines are applied, however long that takes. */
  readonly isAll: boolean;
}

/** What needs the way out: packages for the box, and later for its machines. */
async function outside(trial: Trial, dirs: StateDir, signal: AbortSignal): Promise<number> {
  const { release, folder, isAll } = trial;
  const bare = await ensureBox({ release, software: 'bare' }, dirs, say);
  const isEmulated = !(await hasWorkingKvm(bare.kernel));
  if (isEmulated) {
    say('KVM does not work here: qemu computes what the processors do, and takes its time');
  }
  const isPrepared = isEmulated && isAll;
  const box = isPrepared ? await ensureBox({ release, software: 'mail' }, dirs, say) : bare;
  const round = { folder, applied: isEmulated && !isAll ? ['dns'] : [], isEmulated };
  const cache = createAptCache(dirs.aptCache, await readMirrors());
  await listen(cache, socketIn(folder));
  try {
    return await enter(round, box, signal);
  } finally {
    cache.closeAllConnections();
    cache.close();
  }
}

const insideWord = 'inside';

function socketIn(folder: string): string {
  return join(folder, 'apt.sock');
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve) => server.listen(socket, resolve));
}

function enter(round: Round, box: Box, signal: AbortSignal): Promise<number> {
  const given = [round, box].map((value) => JSON.stringify(value));
  const own = [process.execPath, import.meta.filename, insideWord, ...given];
  return new Promise((resolve, reject) => {
    // Killed and not asked: the first process of a namespace hears no other signal.
    const child = spawn('unshare', [...secluded, ...own], {
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      signal,
      killSignal: 'SIGKILL',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function inside([round = '', box = '']: readonly string[]): Promise<number> {
  const given: Round = JSON.parse(round);
  await startLibvirt(given.folder);
  await openAptCache(socketIn(given.folder));
  await makeRound(JSON.parse(box), given, say);
  say('the round is complete');
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (cause) {
  const isAbort = cause instanceof Error && cause.name === 'AbortError';
  if (!(cause instanceof LabError) && !isAbort) throw cause;
  process.stderr.write(isAbort ? 'Interrupted.\n' : `${cause.message}\n`);
  process.exitCode = 1;
}
// Inside, the apt cache still listens.
process.exit();
