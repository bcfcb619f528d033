import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { createAptCache } from './apt-cache.ts';
import { keyringFor, type Mirrors, readAptLeniency, readMirrors, suitesOf } from './apt-sources.ts';
import { withFileLock } from './file-lock.ts';
import { customizeScript, type ImageWish, imageKey, packagesOf } from './image-recipe.ts';
import { LabError } from './lab-error.ts';
import { adminPassword } from './lab-users.ts';
import { codenames, type Release } from './release.ts';
import { outputOf } from './run-command.ts';
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
  const script = `${partial}.sh`;
  await writeFile(script, customizeScript, { mode: 0o755 });
  const mirrors = await readMirrors();
  const cache = createAptCache(dirs.aptCache, mirrors);
  await new Promise<void>((resolve) => cache.listen(0, '127.0.0.1', resolve));
  try {
    const port = (cache.address() as AddressInfo).port;
    const options = await mmdebstrapOptions(wish, dirs);
    await outputOf(
      'mmdebstrap',
      [
        ...options,
        `--customize-hook=${script}`,
        codenames[release],
        partial,
        ...sourceLines(release, mirrors, `http://127.0.0.1:${port}`),
      ],
      { env: buildEnvironment() },
    );
    await rename(partial, path);
  } finally {
    cache.closeAllConnections();
    cache.close();
    await rm(script, { force: true });
  }
  say(`image ${title}: built in ${seconds(performance.now() - startedAt)}`);
}

const buildTimes = { bare: 'about half a minute', mail: 'some minutes' } as const;

async function mmdebstrapOptions(wish: ImageWish, dirs: StateDir): Promise<readonly string[]> {
  const { release } = wish;
  const keyring = keyringFor(release) ?? (await fetchKeyring(release, dirs));
  const leniency = await readAptLeniency();
  return [
    '--mode=root',
    '--variant=minbase',
    `--include=${packagesOf(wish).join(',')}`,
    `--keyring=${keyring}`,
    '--quiet',
    '--aptopt=Acquire::Languages "none"',
    ...leniency.map((line) => `--aptopt=${line.replace(/;$/, '')}`),
  ];
}

/** An older machine has an older keyring package installed; the newest one of its own archive knows newer releases. */
async function fetchKeyring(release: Release, dirs: StateDir): Promise<string> {
  const directory = join(dirs.root, 'keyring');
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await outputOf('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', keyringPackage], {
    cwd: directory,
  });
  const file = (await readdir(directory)).find((name) => name.endsWith('.deb'));
  await outputOf('dpkg-deb', ['-x', join(directory, file ?? ''), directory]);
  const keyring = keyringFor(release, join(directory, 'usr/share/keyrings'));
  if (keyring !== undefined) return keyring;
  throw new LabError(
    `No keyring of this machine's apt sources verifies ${release}: update ${keyringPackage}.`,
  );
}

const keyringPackage = 'debian-archive-keyring';

function sourceLines(release: Release, mirrors: Mirrors, base: string): readonly string[] {
  return suitesOf(release, mirrors).flatMap(({ path, suites }) =>
    suites.map((suite) => `deb ${base}/${path} ${suite} main`),
  );
}

/** Nothing of the caller's environment may end up in an image. */
function buildEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    HOME: '/root',
    DEBIAN_FRONTEND: 'noninteractive',
    HOSTWRIGHT_LAB_ADMIN_PASSWORD: adminPassword,
  };
}

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
