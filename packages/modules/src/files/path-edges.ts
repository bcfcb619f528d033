import type { Edges } from '@hostwright/core';
import { packageBehind } from '../package-names.ts';
import { ancestorsOf } from './absolute-path.ts';

/** Directories whose entries are named after the package that brings them. */
const packageRoots = [
  '/etc/default',
  '/etc',
  '/var/lib',
  '/var/spool',
  '/var/log',
  '/var/cache',
  '/usr/share',
  '/opt',
];

export interface PlacedPath {
  readonly path: string;
  readonly owner?: string;
  readonly group?: string;
  readonly ensure?: 'present' | 'absent';
  /** The command that judges a new content. */
  readonly validate?: readonly string[];
}

/** Tokens by which others find everything below a directory, or one path. */
export function pathProvides({ path }: PlacedPath): readonly string[] {
  return [`path:${path}`, ...ancestorsOf(path).map((directory) => `under:${directory}`)];
}

/**
 * A path comes after its directories, its owner, the package that brings its validator, and the package whose files stand
 * there, so that dpkg sees its own conffile first; what watches the path or a directory above it is notified. A path that is removed goes before its
 * directory does.
 */
export function pathEdges({ path, owner, group, ensure, validate }: PlacedPath): Edges {
  const directories = ancestorsOf(path).map((directory) => `path:${directory}`);
  const notifies = [path, ...ancestorsOf(path)].map((place) => `config:${place}`);
  if (ensure === 'absent') return { before: directories, notifies };
  const names = [packageOf(path), owner, group, validatorOf(path, validate)].filter(isPackageName);
  const accounts = [
    ...(owner === undefined ? [] : [`user:${owner}`]),
    ...(group === undefined ? [] : [`group:${group}`]),
  ];
  const brought = names.flatMap((name) => [`package:${name}`, `package-stem:${name}`]);
  return { after: [...directories, ...accounts, ...new Set(brought)], notifies };
}

/** `postfix` of `/etc/postfix/main.cf`, `opendkim` of `/etc/opendkim.conf`. */
function packageOf(path: string): string | undefined {
  const root = packageRoots.find((directory) => path.startsWith(`${directory}/`));
  if (root === undefined) return undefined;
  const [name = ''] = path.slice(root.length + 1).split('/');
  return packageBehind(name) ?? name.replace(/\.conf$/, '');
}

/** Packages come after all that is under /etc/apt, so that none of that can wait for a package. */
function validatorOf(path: string, [command = '']: readonly string[] = []): string | undefined {
  if (path.startsWith('/etc/apt/')) return undefined;
  const name = command.slice(command.lastIndexOf('/') + 1);
  return packageBehind(name) ?? name;
}

function isPackageName(name: string | undefined): name is string {
  return name !== undefined && name !== 'root' && /^[a-z0-9][a-z0-9+.-]+$/.test(name);
}
