import { expect, test } from '@jest/globals';
import { strictVerifier } from './host-key-check.ts';

const key = Buffer.from('any');

test('R1 a host key is accepted for true alone', () => {
  expect(strictVerifier(() => true)(key)).toBe(true);
});

test.each([
  ['a promise', Promise.resolve(true)],
  ['null', null],
  ['undefined', undefined],
  ['1', 1],
  ['a text', 'true'],
  ['false', false],
])('R1 a judge that answers %s refuses the key', (_label, answer) => {
  expect(strictVerifier(() => answer)(key)).toBe(false);
});

test('R1 a judge that throws refuses the key', () => {
  const judge = () => {
    throw new Error('known_hosts is broken');
  };
  expect(strictVerifier(judge)(key)).toBe(false);
});
