import { expect, test } from '@jest/globals';
import { cutLine, line, paint, span } from './styled-line.ts';

test('lines are painted with colours or without', () => {
  const lines = [line(span('+', 'create'), ' Package')];
  expect(paint(lines, true)).toBe('\x1b[32m+\x1b[39m Package\n');
  expect(paint(lines, false)).toBe('+ Package\n');
});

test('nothing that a terminal obeys gets into a line', () => {
  expect(paint([line(span('\x1b]0;x\x07', 'bad'), '\x1b[2J')], false)).toBe(
    '\\x1b]0;x\\x07\\x1b[2J\n',
  );
});

test('a line is cut by columns, across its pieces', () => {
  const styled = line('日本', span('abc', 'dim'), 'def');
  expect(paint([cutLine(styled, 6)], false)).toBe('日本a…\n');
  expect(paint([cutLine(styled, 7)], false)).toBe('日本ab…\n');
  expect(paint([cutLine(styled, 10)], false)).toBe('日本abcdef\n');
});
