import { expect, test } from '@jest/globals';
import { pythonLiteral } from './python-literal.ts';

/** As `ast.literal_eval` of Python 3.11 says. */
test.each<[string, unknown]>([
  ['1', 1],
  ['-1_000', -1000],
  ['0x1f', 31],
  ['00', 0],
  ['1.', 1],
  ['.5', 0.5],
  ['1e3', 1000],
  ['True', true],
  ['None', null],
  ['\'a\\n\' "b"', 'a\nb'],
  ["u'é\\x41\\u00e9\\q'", 'éAé\\q'],
  ["['a', 1, [2,], ()]", ['a', 1, [2], []]],
  ['(1)', 1],
  ['1,', [1]],
  ["{'a': {'b': None}, 'c': [True]}", { a: { b: null }, c: [true] }],
  ['5 # five', 5],
])('%s', (text, value) => {
  expect(pythonLiteral(text)).toEqual({ value });
});

test.each([
  '',
  'yes',
  'true',
  '0644',
  '10.0.0.1',
  '1 2',
  '[1',
  "'a",
  'a b',
  '1-2',
  '{1}',
  'f(1)',
  '1a',
  '1__0',
  '1_',
  '1_.5',
])('%s is no literal', (text) => {
  expect(pythonLiteral(text)).toBeUndefined();
});
