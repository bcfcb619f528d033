import { expect, test } from '@jest/globals';
import { declarationsIn } from './declarations-in.ts';
import { Note } from './note.ts';

test('nested lists are taken apart in order, and what is left out is not there', () => {
  const [a, b, c] = ['/a', '/b', '/c'].map((path) => Note({ path, text: 'x' }));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three were made');
  expect(declarationsIn([a, [[b], false, undefined], c])).toEqual([a, b, c]);
  expect(declarationsIn(a)).toEqual([a]);
  expect(declarationsIn(false)).toEqual([]);
});
