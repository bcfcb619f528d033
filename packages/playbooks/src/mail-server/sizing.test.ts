import { expect, test } from '@jest/globals';
import { leastMemoryMiB, sizings } from './sizing.ts';

const everything = { hasOfficialDatabase: true, hasFilter: true, hasDatabase: true };
const nothing = { hasOfficialDatabase: false, hasFilter: false, hasDatabase: false };

test('each volume asks for at least what the one below it asks for', () => {
  const rows = Object.values(sizings).map(({ least, ...rest }) => [
    ...Object.values(least),
    ...Object.values(rest).map(Number),
  ]);
  rows.slice(1).forEach((row, index) => {
    row.forEach((value, column) => {
      expect(value).toBeGreaterThanOrEqual(rows[index]?.[column] ?? 0);
    });
  });
});

test('a virus database counts once, and twice where it is reloaded beside the old one', () => {
  const small = sizings['1K-10K'];
  expect(leastMemoryMiB(small, nothing)).toBe(Math.ceil(0.9 * 1024));
  expect(leastMemoryMiB(small, { ...nothing, hasOfficialDatabase: true })).toBe(1700);
  expect(leastMemoryMiB(sizings['100K-1M'], everything)).toBe(
    Math.ceil(400 + 2600 + 80 + 420 + 1024 * 1.1),
  );
});
