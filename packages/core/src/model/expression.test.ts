import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { Expression, interpolate } from './expression.ts';
import { reveal, Secret, secret } from './secret.ts';

const password = new Expression<Secret>([], () => secret('canary-1'));
const port = new Expression<number>([], () => 25);

test('R10 what is computed from a secret output is secret, however deep', () => {
  const url = password.map((value) => `smtp://user:${reveal(value)}@mx1`);
  const list = password.map((value) => ({ all: [reveal(value)], port: 25 })).evaluate(readNothing);
  expect(url.evaluate(readNothing)).toBeInstanceOf(Secret);
  expect(list).toEqual({ all: [expect.any(Secret)], port: 25 });
  expect(inspect([url.evaluate(readNothing), list], { depth: 9 })).not.toContain('canary');
  const twice = url.map((value) => `${reveal(value)}/x`).evaluate(readNothing);
  expect(reveal(twice)).toBe('smtp://user:canary-1@mx1/x');
  expect(twice).toBeInstanceOf(Secret);
});

test('R10 a text with a secret in it is secret, and one without is not', () => {
  const plain = interpolate`${'a'}:${port}`.evaluate(readNothing);
  expect(plain).toBe('a:25');
  for (const mixed of [interpolate`x ${password} ${1}`, interpolate`x ${secret('canary-1')} 1`]) {
    const text = mixed.evaluate(readNothing);
    expect(text).toBeInstanceOf(Secret);
    expect(reveal(text)).toBe('x canary-1 1');
  }
});

function readNothing(): never {
  throw new Error('There is nothing to read.');
}
