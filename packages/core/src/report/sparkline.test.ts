import { expect, test } from '@jest/globals';
import { sparkline } from './sparkline.ts';

test('the highest number is the tallest, and nothing is the lowest', () => {
  expect(sparkline([0, 5, 10], 60)).toBe('▁▅█');
  expect(sparkline([0, 0], 60)).toBe('▁▁');
  expect(sparkline([], 60)).toBe('');
});

test('where there are more numbers than columns, the highest of each few is shown', () => {
  expect(sparkline([0, 8, 0, 0, 4, 4], 3)).toBe('█▁▅');
  const long = Array.from({ length: 1440 }, (_, index) => index);
  expect(sparkline(long, 60)).toHaveLength(60);
});
