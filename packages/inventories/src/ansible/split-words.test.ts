import { expect, test } from '@jest/globals';
import { splitWords } from './split-words.ts';

/** As `shlex.split(line, comments=True)` of Python 3.11 says. */
test.each<[string, readonly string[]]>([
  ['a  b=c', ['a', 'b=c']],
  [`a b="c d" e='f "g"'`, ['a', 'b=c d', 'e=f "g"']],
  ['a b=c#d e', ['a', 'b=c']],
  ['a # b', ['a']],
  ['a\\ b "c\\"d" \'e\\f\' "g\\h"', ['a b', 'c"d', 'e\\f', 'g\\h']],
  [`'' x`, ['', 'x']],
])('%s', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});
