import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { codeCacheFolder } from './code-cache.ts';

const home = mkdtempSync(join(tmpdir(), 'hostwright-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('compiled code lies in the cache folder of the user', () => {
  expect(codeCacheFolder({}, home)).toBe(join(home, '.cache/hostwright/code'));
  expect(codeCacheFolder({ XDG_CACHE_HOME: '' }, home)).toBe(join(home, '.cache/hostwright/code'));
  expect(codeCacheFolder({ XDG_CACHE_HOME: home }, '/nowhere')).toBe(join(home, 'hostwright/code'));
});

test('a home that is missing or of another user keeps none', () => {
  expect(codeCacheFolder({}, join(home, 'missing'))).toBeUndefined();
  writeFileSync(join(home, 'file'), '');
  expect(codeCacheFolder({ XDG_CACHE_HOME: join(home, 'file/x') }, home)).toBeUndefined();
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(home, 65_534, 65_534);
  expect(codeCacheFolder({}, isRoot ? home : '/')).toBeUndefined();
});
