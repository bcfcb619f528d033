import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { confirm } from './confirm.ts';
import type { Console } from './console.ts';

async function answer(typed: string): Promise<[boolean, string]> {
  const stdin = new PassThrough();
  const stderr = new PassThrough();
  const console = { stdin, stderr, stdout: stderr, env: {} } as unknown as Console;
  stdin.end(typed);
  const isYes = await confirm('Apply?', console);
  return [isYes, stderr.read().toString()];
}

test.each([
  ['yes\n', true],
  ['Y\n', true],
  [' yes \r\n', true],
  ['\n', false],
  ['no\n', false],
  ['yess\n', false],
  ['', false],
])('%j is %s', async (typed, expected) => {
  const [isYes, shown] = await answer(typed);
  expect(isYes).toBe(expected);
  expect(shown).toContain('Apply? ');
});
