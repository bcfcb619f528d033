import { expect, test } from '@jest/globals';
import { textsAt } from './txt-resolver.ts';

test('strings of one record are joined, records are not', async () => {
  const resolver = { resolveTxt: async () => [['v=spf1 ', '-all'], ['other']] };
  expect(await textsAt('example.com', resolver)).toEqual(['v=spf1 -all', 'other']);
});

test.each([
  ['ENOTFOUND', []],
  ['ENODATA', []],
])('%s is nothing there', async (code, found) => {
  const resolver = { resolveTxt: () => Promise.reject(Object.assign(new Error(), { code })) };
  expect(await textsAt('example.com', resolver)).toEqual(found);
});
