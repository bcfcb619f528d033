import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withFileLock } from './file-lock.ts';
import { customizeScript, type ImageWish, imageKey, packagesOf } from './image-recipe.ts';
import { adminPassword } from './lab-users.ts';
import type { Release } from './release.ts';
import { buildRootTree } from './root-tree.ts';
import type { Say } from './say.ts';
import type { StateDir } from './state-dir.ts';

/**
 * The root filesystem for each wish, in their order, built where it is missing; those of several releases are built side
 * by side.
 */
export async function ensureImages(
  wishes: readonly ImageWish[],
  dirs: StateDir,
  say: Say,
): Promise<readonly string[]> {
  return Promise.all(wishes.map((wish) => ensureImage(wish, dirs, say)));
}

async function ensureImage(wish: ImageWish, dirs: StateDir, say: Say): Promise<string> {
  const path = join(dirs.images, imageKey(wish));
  if (existsSync(path)) return path;
  // Whoever waited for the lock finds the image that was built meanwhile.
  await withFileLock(join(dirs.locks, `image-${wish.release}`), async () => {
    if (!existsSync(path)) await buildImage(wish, path, dirs, say);
  });
  return path;
}

async function buildImage(wish: ImageWish, path: string, dirs: StateDir, say: Say): Promise<void> {
  const startedAt = performance.now();
  const { release, software = 'bare' } = wish;
  const title = software === 'bare' ? release : `${release} with software for ${software}`;
  say(`image ${title}: building with mmdebstrap (once, ${buildTimes[software]})`);
  await mkdir(dirs.images, { recursive: true });
  await removeLeftovers(release, dirs);
  const partial = join(dirs.images, `.build-${basename(path)}`);
  const environment = { HOSTWRIGHT_LAB_ADMIN_PASSWORD: adminPassword };
  const tree = { release, packages: packagesOf(wish), customizeScript, environment };
  await buildRootTree(tree, partial, dirs);
  await rename(partial, path);
  say(`image ${title}: built in ${seconds(performance.now() - startedAt)}`);
}

const buildTimes = { bare: 'about half a minute', mail: 'some minutes' } as const;

/** What builds that were cut off left behind. Runs under the release's lock, so no build is under way. */
async function removeLeftovers(release: Release, dirs: StateDir): Promise<void> {
  const names = await readdir(dirs.images);
  for (const name of names.filter((each) => each.startsWith(`.build-${release}-`))) {
    await rm(join(dirs.images, name), { recursive: true, force: true });
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
