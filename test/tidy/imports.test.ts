import { expect, test } from '@jest/globals';
import { importFindings, purityFindings } from './import-rules.ts';
import { allSources, sample } from './sources.ts';

test('every import points down', () => {
  expect(allSources().flatMap(importFindings)).toEqual([]);
});

test('the stages that compute use no time, environment, chance or waiting', () => {
  expect(allSources().flatMap(purityFindings)).toEqual([]);
});

test.each([
  ['packages/core/src/plan/a.ts', '../apply/apply.ts', 'plan imports apply'],
  ['packages/core/src/model/a.ts', '../shell/sh.ts', 'model imports shell'],
  ['packages/core/src/wizard/a.ts', '../model/json.ts', 'which no rule knows'],
  ['packages/core/src/run/a.ts', 'ssh2', 'imports ssh2'],
  ['packages/core/src/plan/a.ts', 'node:fs', 'in a pure stage'],
  ['packages/core/src/model/a.ts', 'left-pad', 'has no home'],
  ['packages/core/src/model/a.ts', '@hostwright/modules', 'core imports'],
  ['packages/core/src/model/a.ts', './json', 'with .ts'],
  ['packages/modules/src/apt/a.ts', '@hostwright/core/testing', 'the test kit'],
  ['packages/modules/src/apt/a.ts', '../../../core/src/index.ts', 'by its path'],
  ['examples/x/a.ts', '../../packages/core/src/index.ts', 'as users do'],
])('%s may not import %s', (path, from, expected) => {
  expect(importFindings(sample(path, `import ${JSON.stringify(from)};`))).toEqual([
    expect.stringContaining(expected),
  ]);
});

test('an import that points down passes', () => {
  const text = "export { sh } from '../shell/sh.ts';";
  expect(importFindings(sample('packages/core/src/apply/a.ts', text))).toEqual([]);
});

test('a clock in a pure stage is found', () => {
  const text = 'export const now = () => Date.now();\nexport const later = async () => {};';
  expect(purityFindings(sample('packages/core/src/plan/a.ts', text))).toEqual([
    expect.stringContaining('a.ts:1 uses Date'),
    expect.stringContaining('a.ts:2 uses async'),
  ]);
});
