import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isOldNode, oldestNode } from './node-version.ts';

test('releases of Node are compared by number', () => {
  expect(['20.20.2', '22.9.0', '22.17.1'].map(isOldNode)).toEqual([true, true, true]);
  expect(['22.18.0', '22.100.0', '100.0.0'].map(isOldNode)).toEqual([false, false, false]);
});

test('the package asks for the same release', () => {
  const path = new URL('../../package.json', import.meta.url);
  const { engines } = JSON.parse(readFileSync(path, 'utf8'));
  expect(`${engines.node}.0`).toBe(`>=${oldestNode}`);
});
