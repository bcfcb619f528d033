import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { builtInParameters, isNameOfUsers } from './parameters.ts';

test.each(['debian-12', 'debian-13'])('the list has every parameter of %s', (release) => {
  const url = new URL(`./captured/parameters.${release}.stdout`, import.meta.url);
  const names = readFileSync(url, 'utf8')
    .split('\n')
    .filter((name) => name !== '');
  expect(names.length).toBeGreaterThan(900);
  expect(names.filter((name) => !builtInParameters.has(name) && !isNameOfUsers(name))).toEqual([]);
});
