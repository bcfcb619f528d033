import { expect, test } from '@jest/globals';
import { durationText, roughText, tickingText } from './duration.ts';

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [4_210, '4.2 s'],
  [9_949, '9.9 s'],
  [9_951, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 min 0 s'],
  [192_000, '3 min 12 s'],
])('%d ms is %s', (ms, expected) => {
  expect(durationText(ms)).toBe(expected);
});

test('a clock that ticks shows whole seconds', () => {
  expect(tickingText(59_999)).toBe('59 s');
  expect(tickingText(119_999)).toBe('1 min 59 s');
});

test.each([
  [1_000, '10 s'],
  [44_000, '40 s'],
  [56_000, '1 min'],
  [200_000, '3 min'],
])('%d ms is about %s', (ms, expected) => {
  expect(roughText(ms)).toBe(expected);
});
