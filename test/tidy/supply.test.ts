import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root, treeFiles } from '../../scripts/tree/tree.ts';

/** Direct libraries of one package. docs/decisions/0061-how-many-libraries.md says why not ten. */
const librariesMax = 15;

const packages = treeFiles(/^packages\/[^/]+\/package\.json$/).map(({ path, text }) => ({
  path,
  ...(JSON.parse(text) as PackageFile),
}));

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly provenance?: boolean };
}

const librariesOf = ({ dependencies = {} }: PackageFile) =>
  Object.entries(dependencies).filter(([name]) => !name.startsWith('@hostwright/'));

test('R48: no package has many libraries, and each is pinned to one version', () => {
  expect(packages).not.toEqual([]);
  for (const one of packages) {
    expect(librariesOf(one).length).toBeLessThanOrEqual(librariesMax);
    expect(librariesOf(one).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  }
});

test('R48: installing runs no script, of ours or of others', () => {
  const own = packages.flatMap(({ scripts = {} }) => Object.keys(scripts));
  expect(own.filter((name) => /install|^prepare$/.test(name))).toEqual([]);
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  expect(workspace).not.toMatch(/allowBuilds|onlyBuiltDependencies|dangerouslyAllowAllBuilds/);
});

test('R48: what is installed is what the lock file says, and what is published says where it was built', () => {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  const bootstrap = treeFiles(/^scripts\/.*\.mjs$/).map(({ text }) => text);
  expect(bootstrap.some((text) => text.includes('--frozen-lockfile'))).toBe(true);
  for (const one of packages) {
    for (const [name, version] of librariesOf(one)) expect(lock).toContain(`${name}@${version}`);
    expect(one.publishConfig?.provenance).toBe(true);
  }
});
