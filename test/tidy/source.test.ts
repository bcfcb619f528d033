import { expect, test } from '@jest/globals';
import { treeFiles } from '../../scripts/tree/tree.ts';
import { placeFindings, privateMirrors } from './place-rules.ts';
import { banFindings, commentFindings, stateFindings } from './source-rules.ts';
import { allSources, sample } from './sources.ts';
import { commentWordFindings, nameFindings, proseFindings } from './word-rules.ts';

const sources = allSources();

test('no syntax or call that this house does without', () => {
  expect(sources.flatMap(banFindings)).toEqual([]);
});

test('no module holds state', () => {
  expect(sources.flatMap(stateFindings)).toEqual([]);
});

test('no open ends and no check switched off in silence', () => {
  expect(sources.flatMap(commentFindings)).toEqual([]);
});

test('names use the words of the glossary', () => {
  expect(sources.flatMap(nameFindings)).toEqual([]);
});

test('documents and comments use the words of the glossary', () => {
  expect(sources.flatMap(commentWordFindings)).toEqual([]);
  expect(treeFiles(/\.md$/).flatMap(proseFindings)).toEqual([]);
});

test('nothing of the machine at hand is written down', () => {
  const mirrors = privateMirrors();
  const files = treeFiles(/\.(ts|mjs|js|json|ya?ml|md|sh|npmrc|toml)$|(^|\/)\.npmrc$/);
  expect(files.flatMap((file) => placeFindings(file, mirrors))).toEqual([]);
});

test('every test file belongs to a Jest project', () => {
  const isRun =
    /^(packages|examples)\/.*\.test\.ts$|^test\/(dns|unit|tidy|packages)\/.*\.test\.ts$|^test\/lab\/.*\.(lab|long)\.ts$/;
  const paths = sources
    .map(({ path }) => path)
    .filter((path) => /\.(test|lab|long)\.ts$/.test(path));
  expect(paths.filter((path) => !isRun.test(path))).toEqual([]);
});

test.each([
  ['export const a = (b: any) => b;', 'any'],
  ['export const a = (b?: string) => b!;', 'a non-null !'],
  ['export enum A { B }', 'an enum'],
  ['export namespace A { export const b = 1; }', 'a namespace'],
  ['export class A { constructor(readonly b: string) {} }', 'a parameter property'],
  ['export default 1;', 'a default export'],
  ["export const a = () => { throw new Error('b'); };", 'a bare throw new Error'],
  ['export let a = 1;', 'let at the top level'],
  ["export const a = () => console.log('b');", 'console'],
  ['export const a = () => process.env.HOME;', 'process.exit or process.env'],
])('%s is found', (text, rule) => {
  expect(banFindings(sample('packages/core/src/model/a.ts', text))).toEqual([
    expect.stringContaining(`a.ts:1 ${rule} —`),
  ]);
});

test('a cache at the top level of a module is found', () => {
  const text = 'const seen = new Map();\nexport const see = (a: string) => seen.set(a, 1);';
  expect(stateFindings(sample('packages/core/src/model/a.ts', text))).toEqual([
    expect.stringContaining('a.ts:2 changes seen'),
  ]);
});

test('open ends and silent switches are found', () => {
  const text = `// ${'TO'}${'DO'} later\n// @ts-${'ignore'}\nexport const a = 1;`;
  expect(commentFindings(sample('packages/core/src/model/a.ts', text))).toHaveLength(2);
});

test('words that the glossary replaces are found, with their replacement', () => {
  const text = 'export function fileUtils(actualMode: string) { return actualMode; }';
  expect(nameFindings(sample('packages/core/src/model/ctx.ts', text))).toEqual([
    expect.stringContaining('say the values it needs, by name, not ctx'),
    expect.stringContaining('say the noun it is about, not utils'),
    expect.stringContaining('say observed, not actual'),
  ]);
  const prose = { path: 'docs/guide/a.md', text: '# A\nA dry-run of the target host.' };
  expect(proseFindings(prose)).toHaveLength(2);
});

test('a path of one machine and a private mirror are found', () => {
  const text = `cd ${'/'}Users/ann/code && npm --registry https://npm.corp.example`;
  const file = { path: 'scripts/a.sh', text };
  expect(placeFindings(file, ['npm.corp.example'])).toHaveLength(2);
});
