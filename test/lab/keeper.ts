import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aptCachePort, createAptCache } from './apt-cache.ts';
import { readMirrors } from './apt-sources.ts';
import { LabError } from './lab-error.ts';
import { readRecord, writeJson } from './lab-record.ts';
import { controllerAddress } from './network.ts';
import { identifyProcess } from './process-identity.ts';
import { keeperPath, removeLab } from './remove-lab.ts';
import { stateDir } from './state-dir.ts';

/**
 * One process per lab, in a session of its own. It serves the hosts' packages, and it removes the lab when its standard
 * input ends, which the kernel sees to however the owner ends: by return, Ctrl-C, crash or kill -9.
 * Arguments: the lab's directory; `stays` for a lab without an owner.
 */
async function keepLab(directory: string, stays: boolean): Promise<void> {
  const dirs = stateDir();
  const lab = readRecord(directory);
  if (lab === undefined) throw new LabError(`There is no lab in ${directory}.`);
  writeJson(keeperPath(lab), identifyProcess(process.pid));
  const isOwnerGone = stays ? neverEnds() : inputEnds();
  const server = createAptCache(join(dirs.aptCache), await readMirrors());
  const serving = listen(server, controllerAddress(lab.id)).then(() => {
    process.stdout.write('ready\n');
  });
  serving.catch((cause: unknown) => process.stderr.write(`${String(cause)}\n`));
  // Ctrl-C of the owner's terminal, a closed terminal: the owner decides what ends the lab, not the signal.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  process.stdout.on('error', () => undefined);
  await isOwnerGone;
  await removeLab(lab, dirs);
  process.exit(0);
}

function inputEnds(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.resume();
    process.stdin.on('end', () => resolve());
    process.stdin.on('error', () => resolve());
  });
}

function neverEnds(): Promise<void> {
  return new Promise(() => undefined);
}

/** The address comes up a moment after this process, so an early refusal is no failure yet. */
async function listen(server: ReturnType<typeof createAptCache>, address: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen(aptCachePort, address, () => resolve(undefined));
    });
    server.removeAllListeners('error');
    if (problem === undefined) return;
    if (problem.code !== 'EADDRNOTAVAIL' || attempt >= listenAttempts) throw problem;
    await sleep(listenPauseMs);
  }
}

const listenAttempts = 400;
const listenPauseMs = 25;

const [directory = '', mode = ''] = process.argv.slice(2);
await keepLab(directory, mode === 'stays');
