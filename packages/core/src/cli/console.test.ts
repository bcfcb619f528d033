import { expect, test } from '@jest/globals';
import { wantsColor } from './console.ts';

const terminal = { isTTY: true };
const pipe = {};

test.each([
  ['a terminal', terminal, {}, true, true],
  ['a pipe', pipe, {}, true, false],
  ['--no-color', terminal, { FORCE_COLOR: '1' }, false, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, true, false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true, true],
  ['FORCE_COLOR', pipe, { FORCE_COLOR: '1' }, true, true],
  ['FORCE_COLOR before NO_COLOR', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, true, false],
  ['TERM=dumb', terminal, { TERM: 'dumb' }, true, false],
] as const)('colours with %s', (_, stream, env, isAllowed, expected) => {
  expect(wantsColor(stream, env, isAllowed)).toBe(expected);
});
