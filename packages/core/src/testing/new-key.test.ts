import { expect, test } from '@jest/globals';
import ssh2 from 'ssh2';
import { newKey } from './new-key.ts';

test('every key that is made can be read', () => {
  const pairs = Array.from({ length: 500 }, newKey);
  const isReadable = ({ private: text }: { readonly private: string }) =>
    !(ssh2.utils.parseKey(text) instanceof Error);
  expect(pairs.every(isReadable)).toBe(true);
});
