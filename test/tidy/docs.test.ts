import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { referencePages } from '../../scripts/reference/reference-pages.ts';
import { root, treeFiles, treePaths } from '../../scripts/tree/tree.ts';
import { jsonFindings, shellFindings, typeFindings } from './doc-code.ts';
import {
  fencesOf,
  linkFindings,
  pathFindings,
  propertiesOf,
  scriptFindings,
  titleFindings,
} from './doc-rules.ts';

const documents = treeFiles(/^(?!\.changeset\/|\.github\/).*\.md$/);
const byPath = new Map(documents.map((file) => [file.path, file]));
const paths = new Set(treePaths());
const fences = documents.flatMap(fencesOf);
const ofLanguage = (...names: string[]) =>
  fences.filter(({ language }) => names.includes(language));

test('every document has one title', () => {
  expect(documents.flatMap(titleFindings)).toEqual([]);
});

test('every relative link leads somewhere', () => {
  expect(documents.flatMap((file) => linkFindings(file, byPath, paths))).toEqual([]);
});

test('every path of ours that a document names is there', () => {
  expect(documents.flatMap((file) => pathFindings(file, paths))).toEqual([]);
});

test('every npm script that a document names is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = new Set(Object.keys(scripts));
  expect(documents.flatMap((file) => scriptFindings(file, names))).toEqual([]);
});

test('TypeScript in documents compiles', async () => {
  expect(await typeFindings(ofLanguage('ts', 'typescript'))).toEqual([]);
}, 60_000);

test('shell in documents is shell', async () => {
  expect(await shellFindings(ofLanguage('sh', 'bash', 'shell'))).toEqual([]);
});

test('JSON in documents is JSON', () => {
  expect(jsonFindings(ofLanguage('json'))).toEqual([]);
});

test('the guide to inventories names every setting of SSH and become', () => {
  const [host] = treeFiles(/^packages\/core\/src\/model\/host\.ts$/);
  const guide = byPath.get('docs/guide/inventory.md')?.text ?? '';
  const settings = host === undefined ? [] : propertiesOf(host, ['SshSettings', 'BecomeSettings']);
  expect(settings).not.toEqual([]);
  expect(settings.filter((name) => !new RegExp(`\\b${name}\\b`).test(guide))).toEqual([]);
});

test('the guide to exit codes names every code', () => {
  const guide = byPath.get('docs/guide/exit-codes.md')?.text ?? '';
  const codes = new Set(Object.values(errorTable).map(({ exitCode }) => exitCode));
  expect([...codes].filter((code) => !new RegExp(`^\\| ${code} `, 'm').test(guide))).toEqual([]);
});

test('the documents of the house are short', () => {
  const house = documents.filter(({ path }) =>
    /^(STYLE|ARCHITECTURE|CONTRIBUTING)\.md$/.test(path),
  );
  const long = house.filter(({ text }) => text.trimEnd().split('\n').length > 150);
  expect(long.map(({ path }) => `${path} has more than 150 lines`)).toEqual([]);
});

test('the reference is what the source says', async () => {
  const pages = await referencePages();
  const onDisk = documents.filter(({ path }) => path.startsWith('docs/reference/'));
  const stale = [...pages].filter(([path, text]) => byPath.get(path)?.text !== text);
  const orphans = onDisk.filter(({ path }) => !pages.has(path));
  const remedy = 'run node scripts/docs.ts';
  expect(stale.map(([path]) => `${path}:1 is stale — ${remedy}`)).toEqual([]);
  expect(orphans.map(({ path }) => `${path}:1 has no source — ${remedy}`)).toEqual([]);
});

test('what is wrong with a document is found', async () => {
  const text = [
    '# A',
    '# B [x](gone.md) [y](#nope) `docs/gone/x.md` `npm run gone`',
    '```ts',
    "const a: number = 'b';",
    '```',
    '```sh',
    'if true',
    '```',
    '```json',
    '{ a }',
    '```',
  ].join('\n');
  const file = { path: 'docs/a.md', text };
  const alone = new Map([[file.path, file]]);
  const known = new Set([file.path]);
  const [ts, sh, json] = fencesOf(file);
  expect(titleFindings(file)).toEqual([expect.stringContaining('docs/a.md:2 has 2 titles')]);
  expect(linkFindings(file, alone, known)).toHaveLength(2);
  expect(pathFindings(file, known)).toHaveLength(1);
  expect(scriptFindings(file, new Set())).toHaveLength(1);
  expect(await typeFindings(ts === undefined ? [] : [ts])).toEqual([
    expect.stringContaining('docs/a.md:4 does not compile'),
  ]);
  expect(await shellFindings(sh === undefined ? [] : [sh])).toHaveLength(1);
  expect(jsonFindings(json === undefined ? [] : [json])).toHaveLength(1);
}, 60_000);
