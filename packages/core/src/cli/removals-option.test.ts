import { expect, test } from '@jest/globals';
import { parseRemovals } from './removals-option.ts';

test('a count, a share, or both', () => {
  expect(parseRemovals('0')).toEqual({ count: 0 });
  expect(parseRemovals('20%')).toEqual({ percent: 20 });
  expect(parseRemovals('5,20%')).toEqual({ count: 5, percent: 20 });
});

test.each(['', '5%%', '-1', '101%', '1.5', 'all', '5, 20%'])('%j is neither', (text) => {
  expect(() => parseRemovals(text)).toThrow('5, 20%, or 5,20%');
});
