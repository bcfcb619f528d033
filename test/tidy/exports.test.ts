import { expect, test } from '@jest/globals';
import { treeFiles } from '../../scripts/tree/tree.ts';
import {
  doorFindings,
  startedPaths,
  unreachedFindings,
  unusedExportFindings,
} from './export-rules.ts';
import { allSources, sample } from './sources.ts';

const sources = allSources();
const started = startedPaths(treeFiles(/(package\.json|\.mjs|\.ya?ml|\.sh)$/));

test('every file is reached from an entry', () => {
  expect(unreachedFindings(sources, started)).toEqual([]);
});

test('every export is used', () => {
  expect(unusedExportFindings(sources, started)).toEqual([]);
});

test('what a package exports is there', () => {
  const packages = treeFiles(/^packages\/[^/]+\/package\.json$/);
  expect(packages.flatMap(({ path }) => doorFindings(path))).toEqual([]);
});

test('a file that only its own test imports, and an export nobody takes, are found', () => {
  const tree = [
    sample('packages/x/src/index.ts', "export { a } from './a.ts';"),
    sample('packages/x/src/a.ts', 'export const a = 1;\nexport const b = 2;'),
    sample('packages/x/src/c.ts', 'export const c = 1;'),
    sample('packages/x/src/c.test.ts', "import { c } from './c.ts';\nc;"),
  ];
  expect(unreachedFindings(tree, new Set())).toEqual([
    expect.stringContaining('packages/x/src/c.ts:1 is reached from no entry'),
  ]);
  expect(unusedExportFindings(tree, new Set())).toEqual([
    expect.stringContaining('packages/x/src/a.ts:2 b is exported and nobody imports it'),
  ]);
});
