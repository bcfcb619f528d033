import { existsSync } from 'node:fs';
import { LabError } from './lab-error.ts';
import { codenames, type Release } from './release.ts';
import { outputOf } from './run-command.ts';

/** Where this machine gets Debian from, as its own apt configuration says; base URIs end in a slash. */
export interface Mirrors {
  readonly debian: string;
  /** Undefined where the machine has no security archive configured: the hosts have none then either. */
  readonly security: string | undefined;
}

/** Paths of the two archives below the lab's apt cache. */
export const archivePaths = { debian: 'debian', security: 'debian-security' } as const;

const suiteNames =
  /^(bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)$/;
const securityNames = /^[a-z]+(-security|\/updates)$/;

/** Reads the lines `URI RELEASE COMPONENT` that apt prints; sources of anything but Debian's main archive are skipped. */
export function parseMirrors(targets: string): Mirrors | undefined {
  const rows = targets
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , component]) => component === 'main');
  const debian = rows.find(([, release]) => suiteNames.test(release ?? ''))?.[0];
  const security = rows.find(([, release]) => securityNames.test(release ?? ''))?.[0];
  return debian === undefined ? undefined : { debian, security };
}

/** Apt itself reads its sources, so one-line and deb822 files, options and drop-ins mean what they mean to apt. */
export async function readMirrors(): Promise<Mirrors> {
  const targets = await outputOf('apt-get', [
    'indextargets',
    '--no-release-info',
    '--format',
    '$(REPO_URI) $(RELEASE) $(COMPONENT)',
    'Identifier: Packages',
  ]);
  const mirrors = parseMirrors(targets);
  if (mirrors === undefined) {
    throw new LabError(
      "No Debian archive is in this machine's apt sources; the lab takes its mirror from there.",
    );
  }
  return mirrors;
}

/** `type uris suites components` of the sources that a host of the release has, below `base`. */
export function suitesOf(
  release: Release,
  mirrors: Mirrors,
): readonly { readonly path: string; readonly suites: readonly string[] }[] {
  const codename = codenames[release];
  return [
    { path: archivePaths.debian, suites: [codename, `${codename}-updates`] },
    ...(mirrors.security === undefined
      ? []
      : [{ path: archivePaths.security, suites: [`${codename}-security`] }]),
  ];
}

/** The file in sources.list.d of a host that finds the archives below `base`. */
export function sourcesText(release: Release, mirrors: Mirrors, base: string): string {
  return suitesOf(release, mirrors)
    .map(
      ({ path, suites }) => `Types: deb
URIs: ${base}/${path}
Suites: ${suites.join(' ')}
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`,
    )
    .join('\n');
}

/** A mirror that is a snapshot serves expired Release files; hosts get the same leniency as the machine, and no more. */
export async function readAptLeniency(): Promise<readonly string[]> {
  const names = ['Acquire::Check-Valid-Until', 'Acquire::Check-Date'];
  const dump = await outputOf('apt-config', ['dump', ...names]);
  return dump.split('\n').filter((line) => /^\S+ "(false|0|no)";$/.test(line));
}

/** The keyring that verifies a release on this machine, when its package knows that release's keys. */
export function keyringFor(
  release: Release,
  keyringDir = '/usr/share/keyrings',
): string | undefined {
  const isKnown = ['gpg', 'pgp'].some((ending) =>
    existsSync(`${keyringDir}/debian-archive-${codenames[release]}-stable.${ending}`),
  );
  if (!isKnown) return undefined;
  return ['gpg', 'pgp']
    .map((ending) => `${keyringDir}/debian-archive-keyring.${ending}`)
    .find((path) => existsSync(path));
}
