import { expect, test } from '@jest/globals';
import { renderTopics } from './topic-lines.ts';

test('topics stand below their part, with their titles', () => {
  expect(
    renderTopics(
      [
        { name: 'start', part: 'guide', title: 'Start' },
        { name: 'USAGE', part: 'error', title: 'The command line is not valid.' },
      ],
      { width: 80 },
    ),
  ).toContain('Guides\n  start  Start\n\nReference\n\nError codes\n  USAGE  The command line');
});
