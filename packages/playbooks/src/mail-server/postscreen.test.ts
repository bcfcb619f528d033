import { expect, test } from '@jest/globals';
import { postscreenParameters, postscreenProblems } from './postscreen.ts';

test('lists are asked when they are named, each with its points', () => {
  expect(postscreenParameters({ postscreen: undefined })).toEqual({});
  expect(postscreenParameters({ postscreen: {} })).toMatchObject({
    postscreen_greet_action: 'enforce',
    postscreen_dnsbl_sites: '',
  });
  const lists = { 'zen.spamhaus.org': 3, 'list.dnswl.org': -2 };
  expect(postscreenParameters({ postscreen: { lists } })).toMatchObject({
    postscreen_dnsbl_sites: 'zen.spamhaus.org*3, list.dnswl.org*-2',
  });
});

test('what is no number or no list is named', () => {
  const wrong = { greetSeconds: 0, lists: { 'a b': 1 }, pointsMin: 1.5 };
  expect(postscreenProblems(wrong)).toHaveLength(3);
  expect(postscreenProblems({ greetSeconds: 2 })).toEqual([]);
});
