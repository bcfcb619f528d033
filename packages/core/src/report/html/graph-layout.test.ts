import { expect, test } from '@jest/globals';
import { graphLayout } from './graph-layout.ts';

test('a node stands right of all that it comes after, and near them', () => {
  const placed = graphLayout([
    { id: 'a', needs: [] },
    { id: 'b', needs: ['elsewhere'] },
    { id: 'c', needs: ['b'] },
    { id: 'd', needs: ['a'] },
    { id: 'e', needs: ['a', 'd'] },
  ]);
  expect([...placed.values()].map(({ id, column, row }) => [id, column, row])).toEqual([
    ['a', 0, 0],
    ['b', 0, 1],
    ['d', 1, 0],
    ['c', 1, 1],
    ['e', 2, 0],
  ]);
});
