import { expect, test } from '@jest/globals';
import { stripControlSequences, visibleText } from './visible-text.ts';

test.each([
  ['colours', '\x1b[1;31mred\x1b[0m', 'red'],
  ['a new window title', 'a\x1b]0;pwned\x07b', 'ab'],
  ['a link, ended by ST', '\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\', 'text'],
  ['a device control string', 'a\x1bPq#0;2\x1b\\b', 'ab'],
  ['an unterminated string', 'a\x1b]52;c;aGFjaw==', 'a'],
  ['the eight-bit forms', 'a\x9b31mb\x9d0;t\x9cc', 'abc'],
  ['moves and resets', '\x1b[2J\x1b[Hx\x1bc\x1b(By', 'xy'],
])('%s are taken out of command output', (_, text, expected) => {
  expect(stripControlSequences(text)).toBe(expected);
});

test.each([
  ['an escape', '\x1b[31m', '\\x1b[31m'],
  ['a bell and a delete', 'a\x07\x7f', 'a\\x07\\x7f'],
  ['line ends and tabs', 'a\r\n\tb', 'a\\r\\n\\tb'],
  ['eight-bit controls', '\x9b31m', '\\x9b31m'],
  ['text that runs backwards', 'user\u202e\u2066', 'user\\u202e\\u2066'],
  ['what has no width', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ['half of a pair', '\ud800x', '\\ud800x'],
])('%s is made visible in a value', (_, text, expected) => {
  expect(visibleText(text)).toBe(expected);
});

test('letters, signs and pictures of any script stay as they are', () => {
  const text = 'Grüße 日本語 👩‍👩‍👧 ✔ \u0301';
  expect(visibleText(text)).toBe(text);
});
