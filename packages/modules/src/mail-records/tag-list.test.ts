import { expect, test } from '@jest/globals';
import { array, assert, property, stringMatching, tuple } from 'fast-check';
import { formatTags, parseTags } from './tag-list.ts';

test('blanks and a last semicolon mean nothing', () => {
  const tags = [
    ['v', 'DMARC1'],
    ['p', 'none'],
  ];
  for (const text of ['v=DMARC1; p=none', 'v=DMARC1;p=none;', ' v = DMARC1 ;  p =none ; ']) {
    expect(parseTags(text)).toEqual(tags);
  }
  expect(parseTags('v=DMARC1; quarantine')[1]).toEqual(['', 'quarantine']);
});

test('what is written is read', () => {
  const tag = tuple(stringMatching(/^[a-z]{1,5}$/), stringMatching(/^[a-z0-9:@,.=-]{1,20}$/));
  assert(
    property(array(tag, { minLength: 1, maxLength: 6 }), (tags) => {
      expect(parseTags(formatTags(tags))).toEqual(tags);
    }),
  );
});
