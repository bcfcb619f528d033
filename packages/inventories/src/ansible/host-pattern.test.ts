import { expect, test } from '@jest/globals';
import { expandHostPattern } from './host-pattern.ts';

test.each<[string, readonly string[], number | undefined]>([
  ['web[8:10].x', ['web8.x', 'web9.x', 'web10.x'], undefined],
  ['web[01:05:2]', ['web01', 'web03', 'web05'], undefined],
  ['[a:b][1:2]:22', ['a1', 'a2', 'b1', 'b2'], 22],
  ['[:2]', ['0', '1', '2'], undefined],
  ['[fd00::1]:2222', ['fd00::1'], 2222],
  ['fd00::1', ['fd00::1'], undefined],
])('%s', (pattern, names, port) => {
  expect(expandHostPattern(pattern)).toEqual({ names, port });
});

test('a range of too many hosts is refused before it is expanded', () => {
  expect(() => expandHostPattern('h[1:999999999]')).toThrow('more than 100000 hosts');
});
