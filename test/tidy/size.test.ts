import { expect, test } from '@jest/globals';
import { above, fileSize, functionSizes, quantile } from './size-rules.ts';
import { allSources, isTest, sample } from './sources.ts';

/**
 * `Max` is what the house allows at all. `Today` stands just above the longest there is now: nothing grows past it, and
 * whoever shortens the longest lowers the number. Do not raise it.
 */
const limits = { fileMax: 400, fileToday: 310, functionMax: 70, functionToday: 63 };

/** How far above the longest the numbers of today may stand. */
const slack = { file: 20, function: 3 };

/** What half of the code keeps to, so that small stays the habit. */
const medians = { file: 120, function: 10 };

const all = allSources().filter(({ path }) => !path.endsWith('.d.ts'));
const sources = all.filter(({ path }) => !isTest(path));

test('no file is longer than the longest of today', () => {
  const limit = Math.min(limits.fileMax, limits.fileToday);
  expect(above(limit, sources.map(fileSize), 'move one noun to a file of its own')).toEqual([]);
});

test('no file of tests is longer than the house allows', () => {
  const sizes = all.map(fileSize);
  expect(above(limits.fileMax, sizes, 'move one noun to a file of its own')).toEqual([]);
});

test('no function is longer than the longest of today', () => {
  const limit = Math.min(limits.functionMax, limits.functionToday);
  const sizes = sources.flatMap(functionSizes);
  expect(above(limit, sizes, 'name a part of it and call that')).toEqual([]);
});

test('the limits of today stand just above the longest', () => {
  const longest = {
    file: quantile(sources.map(fileSize), 1),
    function: quantile(sources.flatMap(functionSizes), 1),
  };
  expect(limits.fileToday - longest.file).toBeLessThanOrEqual(slack.file);
  expect(limits.functionToday - longest.function).toBeLessThanOrEqual(slack.function);
});

test('half of all files and functions are small', () => {
  expect(quantile(sources.map(fileSize), 0.5)).toBeLessThanOrEqual(medians.file);
  expect(quantile(sources.flatMap(functionSizes), 0.5)).toBeLessThanOrEqual(medians.function);
});

test('a function is measured from its first line to its last', () => {
  const file = sample('a.ts', 'const a = {\n  b() {\n    return 1;\n  },\n};\nfunction c() {}\n');
  expect(functionSizes(file)).toEqual([
    { place: 'a.ts:2 b', lines: 3 },
    { place: 'a.ts:6 c', lines: 1 },
  ]);
  expect(above(2, functionSizes(file), 'split it')).toEqual([
    'a.ts:2 b has 3 lines, limit 2 — split it',
  ]);
});
