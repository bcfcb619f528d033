import { expect, test } from '@jest/globals';
import { outputLine } from './output-line.ts';

test.each([
  ['colours are taken out', '\x1b[32m ok \x1b[0m', ' ok'],
  ['a progress bar shows its last state', '10%\r50%\r100%\r', '100%'],
  ['a line end of Windows is none', 'done\r', 'done'],
  ['tabs become blanks', 'a\tb', 'a    b'],
])('%s', (_, printed, expected) => {
  expect(outputLine(printed)).toBe(expected);
});

test('a line without an end is cut', () => {
  expect(outputLine('x'.repeat(1_000_000))).toHaveLength(1000);
});
