import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readTimes, timesPath, writeTimes } from './run-times.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-times-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('times are kept where the system keeps state of users', () => {
  expect(timesPath({ XDG_STATE_HOME: '/s' })).toBe('/s/hostwright/times.json');
  expect(timesPath({})).toMatch(/\/\.local\/state\/hostwright\/times\.json$/);
});

test('what was written is read; what is damaged, missing or not to be written is nothing', () => {
  const path = join(folder, 'new/times.json');
  expect(readTimes(path)).toEqual({});
  writeTimes(path, { Package: 4200 });
  expect(readTimes(path)).toEqual({ Package: 4200 });
  writeFileSync(path, '{"version":1,"kinds":{"Package":"long","File":3}}');
  expect(readTimes(path)).toEqual({ File: 3 });
  writeFileSync(path, 'x');
  expect(readTimes(path)).toEqual({});
  expect(() => writeTimes(join(path, 'below/a/file'), {})).not.toThrow();
});
