import { expect, test } from '@jest/globals';
import { docsTopics, findTopic } from './docs-pages.ts';

test('guides, resource types and error codes are topics', () => {
  expect(docsTopics()).toEqual(
    expect.arrayContaining(['start', 'errors', 'UfwRule', 'TRANSPORT_AUTH_FAILED']),
  );
});

test.each(['UfwRule', 'ufw-rule', 'ufwrule'])('%s is found', (word) => {
  expect(findTopic(word)).toMatchObject({ name: 'UfwRule', part: 'reference' });
});

test('an error code has a page, and what is none leads to what comes near', () => {
  expect(findTopic('apply_failed').markdown()).toContain('→ ');
  expect(() => findTopic('ufwrul')).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining('UfwRule') }),
  );
  expect(() => findTopic('xyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzyxyzzy')).toThrow(
    expect.objectContaining({ code: 'USAGE' }),
  );
});
