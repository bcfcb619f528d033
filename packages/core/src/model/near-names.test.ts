import { expect, test } from '@jest/globals';
import { nearNames, suggestion } from './near-names.ts';

const hosts = ['web1', 'web2', 'database', 'mail'];

test.each([
  ['wbe1', ['web1']],
  ['WEB3', ['web1', 'web2']],
  ['databse', ['database']],
  ['mx', []],
])('%s was meant to be %j', (word, names) => expect(nearNames(word, hosts)).toEqual(names));

test('where nothing is near, it is said what there is', () => {
  expect(suggestion('mial', hosts)).toBe('Did you mean mail?');
  expect(suggestion('xy', hosts)).toBe('There are web1, web2, database, mail.');
  expect(suggestion('xy', [])).toBe('There are none.');
});
