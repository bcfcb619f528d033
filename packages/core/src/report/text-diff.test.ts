import { expect, test } from '@jest/globals';
import { paint } from './styled-line.ts';
import { textDiff } from './text-diff.ts';

const shown = (from: string, to: string, isVerbose = false) =>
  paint(textDiff(from, to, { width: 80, isVerbose }), false);
const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

test('a change in the middle of a file is shown with three lines around it', () => {
  expect(shown(numbered(20), numbered(20).replace('line 10\n', 'ten\n'))).toBe(`@@ -7,7 +7,7 @@
 line 7
 line 8
 line 9
-line 10
+ten
 line 11
 line 12
 line 13
`);
});

test('tabs, line ends and a missing last one can be seen', () => {
  expect(shown('a\tb\n', 'a    b\r\nc')).toBe(
    '-a⇥   b\n+a    b\\r\n+c\n\\ No newline at end of file\n',
  );
});

test('long diffs are cut, unless everything is asked for', () => {
  const lines = shown('', numbered(100)).split('\n');
  expect(lines.slice(-3)).toEqual(['+line 30', '… 70 more lines', '']);
  expect(shown('', numbered(100), true).split('\n')).toHaveLength(101);
});

test('texts too large are not compared', () => {
  const summary =
    '200,000 lines, 2,288,895 bytes → 1 lines, 2 bytes, too different to compare here\n';
  expect(shown(numbered(200_000), 'x\n')).toBe(summary);
  expect(shown(numbered(200_000), 'x\n', true)).toBe(summary);
});

test('texts too different are not compared, and shown whole where everything is asked for', () => {
  const other = numbered(5_000).replaceAll('line', 'row');
  expect(shown(numbered(5_000), other)).toContain('too different to compare here');
  const rows = shown(numbered(5_000), other, true).split('\n');
  expect(rows).toHaveLength(10_001);
  expect([rows[0], rows[4_999], rows[5_000], rows[9_999]]).toEqual([
    '-line 1',
    '-line 5000',
    '+row 1',
    '+row 5000',
  ]);
});
