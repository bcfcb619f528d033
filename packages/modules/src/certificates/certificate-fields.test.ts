import { absent } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { certificateDiff } from './certificate-fields.ts';

const observed = {
  names: ['a.example.com', 'b.example.com'],
  daysLeft: 60,
  fitsKey: true,
  keyStatus: 'root:root 0600',
  issuer: 'CN=x',
};
const names = ['b.example.com', 'a.example.com'];
const fieldsOf = (change: Partial<typeof observed>, renewDays?: number) =>
  certificateDiff(
    { names, ...(renewDays === undefined ? {} : { renewDays }) },
    { is: 'present', observed: { ...observed, ...change } },
  );

test('the order of names does not matter, and thirty days are enough', () => {
  expect(fieldsOf({})).toEqual([]);
  expect(fieldsOf({ daysLeft: 30 })).toEqual([]);
});

test.each([
  [{ names: ['a.example.com'] }, 'names'],
  [{ daysLeft: 29 }, 'daysLeft'],
  [{ daysLeft: -1 }, 'daysLeft'],
  [{ fitsKey: false }, 'fitsKey'],
])('%j makes a new one necessary', (change, field) => {
  expect(fieldsOf(change).map((each) => each.field)).toEqual([field]);
});

test('how early it is renewed can be said', () => {
  expect(fieldsOf({ daysLeft: 60 }, 61)).toHaveLength(1);
  expect(fieldsOf({ daysLeft: 2 }, 2)).toEqual([]);
});

test('one that is not there is made', () => {
  expect(certificateDiff({ names }, absent)[0]).toEqual({ field: 'exists', from: false, to: true });
});
