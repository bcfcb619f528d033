import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf, linesOf, partOf, placeProblems, spliced } from './text-lines.ts';

test('bytes are kept, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(bytesOf(linesOf(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
    }),
  );
  const odd = fc.string({ unit: fc.constantFrom('a', '\r', '\n', 'ü'), maxLength: 12 });
  fc.assert(
    fc.property(odd, (text) => {
      const lines = linesOf(Buffer.from(text));
      expect(bytesOf(lines).toString()).toBe(text);
      expect(lines.map((line) => line.text)).toEqual(
        text === ''
          ? []
          : text
              .replace(/\n$/, '')
              .split('\n')
              .map((line, index, all) =>
                index < all.length - 1 || text.endsWith('\n') ? line.replace(/\r$/, '') : line,
              ),
      );
    }),
  );
});

test.each([
  ['nothing', '', 0, 0, ['x'], 'x\n'],
  ['a text without a last end', 'a\nb', 2, 0, ['x'], 'a\nb\nx\n'],
  ['its last line', 'a\nb', 1, 1, ['x'], 'a\nx'],
  ['its last line by none', 'a\nb', 1, 1, [], 'a\n'],
  ['its only line', 'a', 0, 1, ['x', 'y'], 'x\ny'],
  ['the ends of Windows', 'a\r\nb', 2, 0, ['x'], 'a\r\nb\r\nx\r\n'],
  ['in the middle', 'a\nb\nc\n', 1, 1, ['x', 'y'], 'a\nx\ny\nc\n'],
])('lines are put into %s', (_name, text, at, count, texts, wanted) => {
  const result = spliced(linesOf(Buffer.from(text)), [{ at, count, texts }]);
  expect(bytesOf(result).toString()).toBe(wanted);
});

const ini = linesOf(Buffer.from('top\n[a]\nx=1\n[b]\ny=2\n'));

test.each([
  [{}, { start: 0, end: 5 }],
  [{ before: '^\\[' }, { start: 0, end: 1 }],
  [{ after: '^\\[b\\]$' }, { start: 4, end: 5 }],
  [
    { after: '^\\[a\\]$', before: '^\\[' },
    { start: 2, end: 3 },
  ],
  [{ before: '^none' }, { start: 0, end: 5 }],
  [{ after: '^none' }, undefined],
])('the part of a text at %j', (place, part) => {
  expect(partOf(ini, place)).toEqual(part);
});

test('a place that matches what is to stand there is refused, and so is no expression', () => {
  expect(placeProblems({ before: '^Match' }, ['Match all'])).toEqual([
    'Property before matches what is to stand there itself.',
  ]);
  expect(placeProblems({ after: '^Match' }, ['Port 22'])).toEqual([]);
  expect(placeProblems({ after: '(' }, ['x'])[0]).toMatch(
    /^Property after is no regular expression: \w/,
  );
});
