import { expect, test } from '@jest/globals';
import { noAnswer } from '../testing/sample-plan.ts';
import { renderCommands, renderPing } from './host-answers.ts';

const lost = { host: 'db1', error: noAnswer };

test('who answers, as whom and how fast; then what is wrong with the others', () => {
  const text = renderPing(
    [{ host: 'mx1', user: 'root', connectMs: 210, roundTripMs: 31 }, lost],
    {},
  );
  expect(text).toContain('✔  mx1   root   210 ms       31 ms\n');
  expect(text).toContain('✘ db1');
  expect(text).toContain('→ Check that the host is up.');
});

test('what a command said, host by host, with nothing that a terminal would obey', () => {
  const said = { exitCode: 3, stdout: 'a\tb\n\x1b]0;evil\x07c\n', stderr: 'no\n', ms: 12 };
  const text = renderCommands([{ host: 'mx1', ...said }, lost], {});
  expect(text).toMatch(
    /^✘ mx1 {2}exit code 3 {2}12 ms\n {2}a {4}b\n {2}\\x1b\]0;evil\\x07c\n {2}! no\n/,
  );
});

test('nobody to ask is said', () => {
  expect(renderPing([], {})).toBe('There are no hosts.\n');
});
