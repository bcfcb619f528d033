import { lines, type Sh, sh } from '@hostwright/core';

/** One package that dpkg knows of. */
export interface DpkgPackage {
  readonly name: string;
  readonly architecture: string;
  /** `installed`, or one of the words of dpkg-query(1) for a package that is half there. */
  readonly status: string;
  readonly version: string;
  readonly provides: readonly string[];
}

export interface InstalledPackages {
  readonly packages: readonly DpkgPackage[];
  /** Architecture of the host, which a name without one means. */
  readonly architecture: string;
  /** What an interrupted dpkg left: names of packages, and `journal` when it died while it wrote its records. */
  readonly unfinished: readonly string[];
}

const format =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the fields of dpkg-query(1).
  '${Package}\\t${Architecture}\\t${db:Status-Status}\\t${Version}\\t${Provides}\\n';

/** Passes what was asked for by name or by what it provides, dpkg itself, and everything that is half there. */
const filter = `BEGIN { FS = "\\t"; for (i = 1; i < ARGC; i++) want[ARGV[i]]; want["dpkg"]; ARGC = 1 }
{
  hit = ($1 in want) || (($1 ":" $2) in want) || $3 !~ /^(installed|not-installed|config-files)$/
  count = split($5, provided, /, */)
  for (i = 1; i <= count; i++) { sub(/ .*/, "", provided[i]); if (provided[i] in want) hit = 1 }
  if (hit) print
}`;

/**
 * One dpkg-query for all packages, because it reads its whole database however few are asked for. A file in
 * /var/lib/dpkg/updates is a change that dpkg did not get to record.
 */
export function queryPackages(names: readonly string[]): Sh {
  return lines([
    sh`hw_all=$(dpkg-query -W -f=${format}) || exit`,
    sh`printf '%s\\n' "$hw_all" | awk ${filter} ${names} || exit`,
    sh`for f in /var/lib/dpkg/updates/[0-9]*; do if [ -e "$f" ]; then echo journal; break; fi; done`,
  ]);
}

export function parsePackages(stdout: string): InstalledPackages {
  const rows = stdout.split('\n').map((line) => line.split('\t'));
  const packages = rows.flatMap(
    ([name = '', architecture = '', status = '', version = '', provides = '']) =>
      status === '' ? [] : [{ name, architecture, status, version, provides: namesIn(provides) }],
  );
  const isJournaled = rows.some(([word]) => word === 'journal');
  const halfThere = packages.filter(({ status }) => !isSettled(status)).map(({ name }) => name);
  return {
    packages,
    architecture: packages.find(({ name }) => name === 'dpkg')?.architecture ?? '',
    unfinished: isJournaled ? ['journal', ...halfThere] : halfThere,
  };
}

/** The package that a name means: the real one on the host's own architecture, else one that provides the name. */
export function findPackage(
  host: InstalledPackages,
  name: string,
  orProvided: boolean,
): DpkgPackage | undefined {
  const there = host.packages.filter(
    ({ status }) => !/^(not-installed|config-files)$/.test(status),
  );
  const [bare = name, architecture = host.architecture] = name.split(':');
  const real = there.find(
    (one) => one.name === bare && [architecture, 'all'].includes(one.architecture),
  );
  if (real !== undefined || !orProvided) return real;
  return there.find((one) => one.provides.includes(name) && one.status === 'installed');
}

function isSettled(status: string): boolean {
  return /^(installed|not-installed|config-files)$/.test(status);
}

function namesIn(provides: string): readonly string[] {
  return provides
    .split(', ')
    .map((part) => part.split(' ')[0] ?? '')
    .filter((name) => name !== '');
}
