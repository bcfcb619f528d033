import { expect, test } from '@jest/globals';
import { renderFindings } from './finding-lines.ts';

test('what is wrong stands with what to do, and is counted', () => {
  expect(
    renderFindings(
      [
        { about: 'node', is: 'ok', text: 'Node 24.0.0.' },
        { about: 'keys', is: 'problem', text: 'Open.', remedy: 'Close it.' },
        { about: 'host', host: 'web1', is: 'warning', text: 'Works as \x1b[1mdeploy.' },
      ],
      { width: 60 },
    ),
  ).toBe(`✔ node  Node 24.0.0.
✘ keys  Open.
        → Close it.
! web1  Works as \\x1b[1mdeploy.

1 problem, 1 warning.
`);
});

test('nothing wrong is said', () => {
  expect(renderFindings([{ about: 'node', is: 'ok', text: 'Fine.' }], {})).toContain(
    '\nNothing is wrong.\n',
  );
});
