import { expect, test } from '@jest/globals';
import { Note } from '../testing/note.ts';
import { knownPart } from './spec.ts';

test('a property that waits for an output keeps its name', () => {
  const note = Note({ path: '/a', text: 'x' });
  expect(
    Object.entries(knownPart({ path: '/b', text: note.out.path, list: [note.out.path] })),
  ).toEqual([
    ['path', '/b'],
    ['text', undefined],
    ['list', undefined],
  ]);
});

test('a property that is undefined was not given', () => {
  const { spec } = Note({ path: '/a', text: 'x', insideOf: undefined } as never);
  expect(Object.keys(spec)).toEqual(['path', 'text']);
});
