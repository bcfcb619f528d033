import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseBootMark, readBootMark } from './boot-mark.ts';

test('R43: a start of a host is told apart by its boot id and by its first process', () => {
  const { stdout } = spawnSync('/bin/sh', { input: readBootMark.script, encoding: 'utf8' });
  const [bootId, firstProcess] = parseBootMark(stdout)?.split(':') ?? [];
  expect(bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  expect(firstProcess).toMatch(/^\d+$/);
});

test('a host that shows neither has no mark', () => {
  expect(['', 'mark::\n', 'noise\n'].map(parseBootMark)).toEqual([undefined, undefined, undefined]);
});
