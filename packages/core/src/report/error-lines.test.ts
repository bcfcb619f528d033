import { expect, test } from '@jest/globals';
import { HostwrightError } from '../model/errors.ts';
import { renderError } from './error-lines.ts';

test('an error says where, what, what to do, and what the command said', () => {
  const error = new HostwrightError('APPLY_FAILED', {
    problem: 'The command failed with exit code 1.',
    host: 'mx1',
    resource: 'Service[dovecot]',
    source: { file: 'mail.ts', line: 40 },
    remedy: 'Correct the cause and run again.',
    detail: '\x1b[31mJob failed\x1b[0m\r\n\tsee journalctl',
  });
  expect(
    renderError(error, { width: 80 }),
  ).toBe(`✘ mx1 Service[dovecot] (mail.ts:40): The command failed with exit code 1.
  → Correct the cause and run again. [APPLY_FAILED]
  │ Job failed
  │     see journalctl
`);
});

test('long sentences are broken between words', () => {
  const error = new HostwrightError('SPEC_INVALID', {
    problem: 'One two three four five six seven eight nine.',
    source: { file: 'mail.ts', line: 4 },
    remedy: 'Correct it.',
  });
  expect(renderError(error, { width: 42 })).toBe(`✘ mail.ts:4: One two three four five six
  seven eight nine.
  → Correct it. [SPEC_INVALID]
`);
});
