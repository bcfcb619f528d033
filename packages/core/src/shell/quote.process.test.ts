import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lines, sh } from './sh.ts';

const shells = [
  ['/bin/dash'],
  ['/bin/bash'],
  ['/bin/bash', '--posix'],
  ['/bin/busybox', 'sh'],
  ['/usr/bin/busybox', 'sh'],
].filter(([program = '']) => existsSync(program));

/** What shells treat as special comes up often, and every other character too, but for NUL. */
const special = fc.constantFrom(...'\'"`$\\!*?[]{}()<>|&;#~= \t\n\r\x01\x7f-%^@');
const other = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
const letter = fc.oneof({ weight: 3, arbitrary: special }, { weight: 1, arbitrary: other });
const word = fc
  .array(letter, { maxLength: 12 })
  .map((letters) => letters.join('').replaceAll('\0', ''))
  .filter((text) => text.isWellFormed());

test.each(shells)('R9: any word reaches a command of %s %s as it is', (program, ...options) => {
  const words = fc.sample(word, { seed: 9, numRuns: 4000 });
  const { script } = lines([sh`printf ${'%s\\0'} ${words}`]);
  const { stdout } = spawnSync(program ?? '', options, { input: script, maxBuffer: 1e8 });
  expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
});

test('R9: a word with a NUL byte is refused', () => {
  expect(() => sh`echo ${'a\0b'}`).toThrow(expect.objectContaining({ code: 'SHELL_NUL' }));
});
