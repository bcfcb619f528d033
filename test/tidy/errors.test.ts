import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { root, treeFiles } from '../../scripts/tree/tree.ts';
import {
  codesUsed,
  idleCodes,
  isTable,
  tablePath,
  unknownMentions,
  unknownThrows,
} from './error-rules.ts';
import { allSources, sample } from './sources.ts';

const codes: ReadonlySet<string> = new Set(Object.keys(errorTable));
const sources = allSources().filter(({ path }) => path.startsWith('packages/'));

test('every code of the table is raised somewhere', () => {
  const used = new Set(sources.flatMap((file) => codesUsed(file, codes)));
  const tables = sources.filter(({ path }) => isTable(path));
  expect(tables).not.toEqual([]);
  expect(tables.flatMap((table) => idleCodes(table, used))).toEqual([]);
});

test('every code that is raised has a row', () => {
  expect(sources.flatMap((file) => unknownThrows(file, codes))).toEqual([]);
});

test('every code has a title and a remedy in whole sentences', () => {
  const rows = Object.entries(errorTable);
  const isSentence = (text: string) => /^[A-Z`].*[.?]$/s.test(text);
  const broken = rows.filter(([, row]) => !isSentence(row.title) || !isSentence(row.remedy));
  expect(broken.map(([code]) => code)).toEqual([]);
});

test('the reference describes every code and no other', () => {
  const text = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
  const described = [...text.matchAll(/^### ([A-Z0-9_]+)$/gm)].map(([, code]) => code);
  expect(described.toSorted()).toEqual([...codes].toSorted());
});

test('documents and comments name no code that is not there', () => {
  const files = [...treeFiles(/\.md$/), ...sources];
  expect(files.flatMap((file) => unknownMentions(file, codes))).toEqual([]);
});

test('unknown and idle codes are found', () => {
  const file = sample(
    'packages/core/src/a.ts',
    "// Errors: PROBE_GONE.\nexport const f = () => { throw new HostwrightError('PROBE_LATE', {}); };",
  );
  const table = { path: tablePath, text: '\n  PROBE_FAILED: {' };
  expect(unknownThrows(file, codes)).toHaveLength(1);
  expect(unknownMentions(file, codes)).toEqual([expect.stringContaining('a.ts:1 names the error')]);
  expect(idleCodes(table, new Set())).toEqual([
    expect.stringContaining('error-table.ts:2 PROBE_FAILED is raised nowhere'),
  ]);
});
