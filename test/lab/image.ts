import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAptCache } from './apt-cache.ts';
import { keyringFor, type Mirrors, readAptLeniency, readMirrors, suitesOf } from './apt-sources.ts';
import { withFileLock } from './file-lock.ts';
import { customizeScript, imageKey, packages } from './image-recipe.ts';
import { LabError } from './lab-error.ts';
import { adminPassword } from './lab-users.ts';
import { codenames, type Release } from './release.ts';
import { outputOf } from './run-command.ts';
import type { Say } from './say.ts';
import type { StateDir } from './state-dir.ts';

/** The root filesystem of each release, built where it is missing; several are built side by side. */
export async function ensureImages(
  releases: readonly Release[],
  dirs: StateDir,
  say: Say,
): Promise<ReadonlyMap<Release, string>> {
  const wanted = [...new Set(releases)];
  const paths = await Promise.all(wanted.map((release) => ensureImage(release, dirs, say)));
  return new Map(wanted.map((release, index) => [release, paths[index] ?? '']));
}

function imagePath(release: Release, dirs: StateDir): string {
  return join(dirs.images, imageKey(release));
}

async function ensureImage(release: Release, dirs: StateDir, say: Say): Promise<string> {
  const path = imagePath(release, dirs);
  if (existsSync(path)) return path;
  // Whoever waited for the lock finds the image that the other process built.
  await withFileLock(join(dirs.locks, `image-${release}`), async () => {
    if (!existsSync(path)) await buildImage(release, path, dirs, say);
  });
  return path;
}

async function buildImage(release: Release, path: string, dirs: StateDir, say: Say): Promise<void> {
  const startedAt = performance.now();
  say(`image ${release}: building with mmdebstrap (once, about half a minute)`);
  await mkdir(dirs.images, { recursive: true });
  await removeLeftovers(release, dirs);
  const partial = join(dirs.images, `.build-${imageKey(release)}`);
  const script = `${partial}.sh`;
  await writeFile(script, customizeScript, { mode: 0o755 });
  const mirrors = await readMirrors();
  const cache = createAptCache(dirs.aptCache, mirrors);
  await new Promise<void>((resolve) => cache.listen(0, '127.0.0.1', resolve));
  try {
    const port = (cache.address() as AddressInfo).port;
    const options = await mmdebstrapOptions(release, dirs);
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
  say(`image ${release}: built in ${seconds(performance.now() - startedAt)}`);
}

async function mmdebstrapOptions(release: Release, dirs: StateDir): Promise<readonly string[]> {
  const keyring = keyringFor(release) ?? (await fetchKeyring(release, dirs));
  const leniency = await readAptLeniency();
  return [
    '--mode=root',
    '--variant=minbase',
    `--include=${packages.join(',')}`,
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
