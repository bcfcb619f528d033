import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { runBeside } from './beside.ts';

/** Works that log their beginning and end; one called `bad` throws. */
async function logOf(works: Readonly<Record<string, readonly string[] | undefined>>) {
  const log: string[] = [];
  const thrown = await runBeside(
    Object.entries(works).map(([name, exclusive], index) => ({
      exclusive,
      run: async () => {
        log.push(`${name} begins`);
        // The later ones are the quicker ones.
        await delay(20 - 4 * index);
        log.push(`${name} ends`);
        if (name.startsWith('bad')) throw new Error(name);
      },
    })),
  ).catch((error: Error) => error.message);
  return { log, thrown };
}

test('what shares nothing runs beside each other', async () => {
  const { log } = await logOf({ files: ['files'], accounts: ['accounts'] });
  expect(log).toEqual(['files begins', 'accounts begins', 'accounts ends', 'files ends']);
});

test('what shares one runs in the order given', async () => {
  const { log } = await logOf({ apt: ['apt', 'files'], files: ['files'] });
  expect(log).toEqual(['apt begins', 'apt ends', 'files begins', 'files ends']);
});

test('what names none runs alone, after all before it and before all behind it', async () => {
  const { log } = await logOf({ a: ['a'], alone: undefined, b: ['b'] });
  expect(log.slice(2, 4)).toEqual(['alone begins', 'alone ends']);
  expect(log.map((line) => line.split(' ')[0]).join(' ')).toBe('a a alone alone b b');
});

test('after one threw, what was begun ends, and nothing else begins', async () => {
  const { log, thrown } = await logOf({ slow: ['s'], bad: ['b'], later: ['b'], last: undefined });
  expect([log, thrown]).toEqual([['slow begins', 'bad begins', 'bad ends', 'slow ends'], 'bad']);
});

test('of several that threw the first in the order given counts', async () => {
  expect((await logOf({ bad1: ['a'], bad2: ['b'] })).thrown).toBe('bad1');
});
