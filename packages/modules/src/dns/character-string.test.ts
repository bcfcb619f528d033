import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  characterStringBytesMax,
  formatCharacterStrings,
  parseCharacterStrings,
  quoteBytes,
  splitCharacterStrings,
} from './character-string.ts';

const bytes = fc.uint8Array({ maxLength: 1200 }).map((array) => Buffer.from(array));
const parse = (text: string) => parseCharacterStrings(text, 'TXT value');

test('any bytes survive presentation form', () => {
  fc.assert(
    fc.property(bytes, (content) => {
      expect(parse(formatCharacterStrings(content))).toEqual(content);
      expect(parse(quoteBytes(content))).toEqual(content);
      expect(formatCharacterStrings(content)).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});

test('the split does not matter', () => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 6 }), (parts) => {
      const text = parts.map(quoteBytes).join('\t ');
      expect(parse(text)).toEqual(Buffer.concat(parts));
    }),
  );
});

test('R36: strings are split by bytes, at 255, and at least one is left', () => {
  fc.assert(
    fc.property(bytes, (content) => {
      const strings = splitCharacterStrings(content);
      expect(Buffer.concat(strings)).toEqual(content);
      expect(strings).toHaveLength(Math.max(1, Math.ceil(content.length / 255)));
      expect(strings.every(({ length }) => length <= characterStringBytesMax)).toBe(true);
    }),
  );
  expect(splitCharacterStrings(Buffer.from('ü'.repeat(128)))[0]).toHaveLength(255);
});

test('text without quotes is taken as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/^\s*"|[\p{Cc}]/u.test(text));
      expect(parse(text).toString()).toBe(text);
    }),
  );
  expect(parse('v=DMARC1; p=none; x=\\;"y"').toString()).toBe('v=DMARC1; p=none; x=\\;"y"');
});

test.each([
  ['"a" "b"', 'ab'],
  ['"a""b"', 'ab'],
  ['  "a"\n\t"b"  ', 'ab'],
  ['"v=DMARC1\\; p=none"', 'v=DMARC1; p=none'],
  ['"say \\"hi\\" \\\\o/"', 'say "hi" \\o/'],
  ['"\\065\\066"', 'AB'],
  ['"\\ü"', 'ü'],
  ['""', ''],
])('%s holds %j', (text, content) => {
  expect(parse(text).toString()).toBe(content);
});

test.each([
  ['"a', 'a closing quote'],
  ['"a\\"', 'a closing quote'],
  ['"a" b', 'only quoted strings'],
  ['"\\256"', '\\255'],
  ['"\\12"', 'three digits'],
  ['"\\', 'three digits'],
  ['v=spf1 -all\n', 'no line break'],
])('%j is refused', (text, expected) => {
  expect(() => parse(text)).toThrow(expected);
  expect(() => parse(text)).toThrow('TXT value');
});
