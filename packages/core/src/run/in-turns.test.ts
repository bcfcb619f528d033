import { expect, test } from '@jest/globals';
import { toEnd, type Work } from '../model/work.ts';
import { inTurns } from './in-turns.ts';

function* busy(parts: number, ms: number): Work<number> {
  for (let part = 0; part < parts; part += 1) {
    const end = performance.now() + ms;
    while (performance.now() < end);
    yield;
  }
  return parts;
}

test('others get their turn between the parts of a long computation', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  expect(await inTurns(busy(12, 10))).toBe(12);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test('in one go nobody does, and the result is the same', () => {
  expect(toEnd(busy(3, 1))).toBe(3);
});

test('what a part throws is thrown', async () => {
  const failing = function* (): Work<never> {
    yield;
    throw new RangeError('no');
  };
  await expect(inTurns(failing())).rejects.toThrow(RangeError);
  expect(() => toEnd(failing())).toThrow(RangeError);
});
