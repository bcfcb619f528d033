import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAptCache } from './apt-cache.ts';
import { keyringFor, type Mirrors, readAptLeniency, readMirrors, suitesOf } from './apt-sources.ts';
import { LabError } from './lab-error.ts';
import { codenames, type Release } from './release.ts';
import { outputOf } from './run-command.ts';
import type { StateDir } from './state-dir.ts';

/** What a root file system is made of. */
export interface RootTree {
  readonly release: Release;
  /** Beyond Debian's required packages. */
  readonly packages: readonly string[];
  /** Runs outside the root, which is $1, when all packages are there. */
  readonly customizeScript: string;
  /** For the script. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A root file system of Debian packages in a folder that is not there yet. */
export async function buildRootTree(wish: RootTree, folder: string, dirs: StateDir): Promise<void> {
  const { release, packages, customizeScript, environment = {} } = wish;
  const script = `${folder}.sh`;
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
        `--include=${packages.join(',')}`,
        `--customize-hook=${script}`,
        codenames[release],
        folder,
        ...sourceLines(release, mirrors, `http://127.0.0.1:${port}`),
      ],
      { env: buildEnvironment(environment) },
    );
  } finally {
    cache.closeAllConnections();
    cache.close();
    await rm(script, { force: true });
  }
}

async function mmdebstrapOptions(release: Release, dirs: StateDir): Promise<readonly string[]> {
  const keyring = keyringFor(release) ?? (await fetchKeyring(release, dirs));
  const leniency = await readAptLeniency();
  return [
    '--mode=root',
    '--variant=minbase',
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
function buildEnvironment(added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    HOME: '/root',
    DEBIAN_FRONTEND: 'noninteractive',
    ...added,
  };
}
