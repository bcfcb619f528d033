import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { killCgroup, removeCgroup } from './cgroup.ts';
import { withFileLock } from './file-lock.ts';
import { imageKey, softwareNames } from './image-recipe.ts';
import { type LabRecord, labDirectory, listRecords, readJson } from './lab-record.ts';
import { removeNetwork } from './network.ts';
import { bootId, isAlive, type ProcessIdentity, signalProcess } from './process-identity.ts';
import { releases } from './release.ts';
import { outputOf } from './run-command.ts';
import type { Say } from './say.ts';
import type { StateDir } from './state-dir.ts';

/** Where a lab's keeper writes who it is. */
export function keeperPath(lab: LabRecord): string {
  return join(lab.directory, 'keeper.json');
}

/**
 * Ends the lab's processes, then removes its mounts, links, namespace, groups and files. Safe on a lab that came up only
 * in part, and when two processes do it at once.
 */
export async function removeLab(lab: LabRecord, dirs: StateDir): Promise<void> {
  await withFileLock(join(dirs.locks, `lab-${lab.id}`), async () => {
    if (!isSameLab(lab, dirs)) return;
    const keeper = readJson<ProcessIdentity>(keeperPath(lab));
    // A keeper that removes its lab itself must live to the end of it.
    if (keeper !== undefined && keeper.pid !== process.pid) signalProcess(keeper, 'SIGKILL');
    await killCgroup(lab.id);
    removeCgroup(lab.id);
    for (const mount of mountsBelow(lab.directory)) await outputOf('umount', ['-l', mount]);
    await removeNetwork(lab.id);
    await rm(lab.directory, { recursive: true, force: true });
  });
}

/** Removes every lab whose owner is gone. Returns how many there were. */
export async function removeAbandonedLabs(dirs: StateDir, say: Say): Promise<number> {
  const abandoned = listRecords(dirs).filter(isAbandoned);
  for (const lab of abandoned) {
    say(`lab ${lab.id} (${lab.name}): its owner is gone, removing it`);
    await removeLab(lab, dirs);
  }
  return abandoned.length;
}

function isAbandoned(lab: LabRecord): boolean {
  return lab.owner === null ? lab.bootId !== bootId() : !isAlive(lab.owner);
}

/** The id may have gone to a younger lab while this process waited for the lock. */
function isSameLab(lab: LabRecord, dirs: StateDir): boolean {
  const directory = labDirectory(dirs, lab.id);
  const now = listRecords(dirs).find((each) => each.id === lab.id);
  return existsSync(directory) && now?.createdAt === lab.createdAt;
}

/**
 * Removes images that today's recipes do not make. Only on request: another checkout of the project may use them. An
 * image that is the lower layer of a running host stays.
 */
export async function removeUnusedImages(dirs: StateDir, say: Say): Promise<number> {
  if (!existsSync(dirs.images)) return 0;
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  const current = new Set(
    releases.flatMap((release) => softwareNames.map((software) => imageKey({ release, software }))),
  );
  const unused = readdirSync(dirs.images)
    .filter((name) => !name.startsWith('.') && !current.has(name))
    .map((name) => join(dirs.images, name))
    .filter((path) => !mounts.includes(`lowerdir=${path},`));
  for (const path of unused) {
    say(`image ${basename(path)}: no recipe makes it any more, removing it`);
    await rm(path, { recursive: true, force: true });
  }
  return unused.length;
}

/** The innermost mounts first. */
function mountsBelow(directory: string): readonly string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => unescapeMount(line.split(' ')[1] ?? ''))
    .filter((point) => point.startsWith(`${directory}/`))
    .reverse();
}

/** The kernel writes blanks and backslashes of a path as three octal digits. */
function unescapeMount(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
