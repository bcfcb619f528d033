import { expect, test } from '@jest/globals';
import { cutToWidth, displayWidth, padToWidth, wrapToWidth } from './display-width.ts';

test('wide characters count two columns, marks none', () => {
  expect(displayWidth('日本')).toBe(4);
  expect(displayWidth('e\u0301')).toBe(1);
  expect(displayWidth('👩‍👩‍👧')).toBe(2);
});

test.each([
  ['postfix', 7, 'postfix'],
  ['postfix', 6, 'postf…'],
  ['日本語', 4, '日…'],
  ['x', 0, ''],
])('%s in %d columns is %s', (text, width, expected) => {
  expect(cutToWidth(text, width)).toBe(expected);
});

test('padding goes by columns', () => {
  expect(padToWidth('日本', 6)).toBe('日本  ');
});

test('text is broken between words, and inside of a word that is too long', () => {
  expect(wrapToWidth('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapToWidth('a abcdefgh b', 4)).toEqual(['a', 'abcd', 'efgh', 'b']);
});
