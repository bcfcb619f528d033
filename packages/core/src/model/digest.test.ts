import { expect, test } from '@jest/globals';
import type { Declaration } from './declaration.ts';
import { declarationDigest } from './digest.ts';
import { Expression } from './expression.ts';
import type { Program } from './program.ts';
import { secret } from './secret.ts';

const declared = (spec: Record<string, unknown>, mayCutOff = false) =>
  ({ kind: 'Note', spec, mayCutOff }) as unknown as Declaration;

const producer = declared({});
const placements: Program['placements'] = new Map([
  [
    producer,
    new Map([
      ['a', 'a/Note[x]'],
      ['b', 'b/Note[x]'],
    ]),
  ],
]);
const digest = (spec: Record<string, unknown>, mayCutOff = false, host = 'a') =>
  declarationDigest({ host, declaration: declared(spec, mayCutOff) }, placements);
const output = (field: string) =>
  new Expression([{ declaration: producer, field, host: undefined }], () => '');

test('the order of properties does not matter, that of a list does', () => {
  expect(digest({ a: 1, b: { c: 2, d: 3 } })).toBe(digest({ b: { d: 3, c: 2 }, a: 1 }));
  expect(digest({ a: [1, 2] })).not.toBe(digest({ a: [2, 1] }));
  expect(digest({ a: 1 })).not.toBe(digest({ a: '1' }));
  expect(digest({ a: ['b', 'c'] })).not.toBe(digest({ a: { b: 'c' } }));
});

test('a secret is no part of it, that there is one is', () => {
  expect(digest({ a: secret('one') })).toBe(digest({ a: secret('two') }));
  expect(digest({ a: secret('one') })).not.toBe(digest({ a: 'one' }));
});

test('an output counts as what makes it', () => {
  expect(digest({ a: output('path') })).toBe(digest({ a: output('path') }));
  expect(digest({ a: output('path') })).not.toBe(digest({ a: output('length') }));
  expect(digest({ a: output('path') })).not.toBe(digest({ a: output('path') }, false, 'b'));
});

test('leave to cut off the run is a part of it', () => {
  expect(digest({ a: 1 })).not.toBe(digest({ a: 1 }, true));
});
