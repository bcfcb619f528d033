import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HostwrightError } from './errors.ts';
import { redactDeep, redactError, redactor } from './redact.ts';
import { secret } from './secret.ts';

const key = secret('-----BEGIN KEY-----\nMIIEabcdef0123\n}\n-----END KEY-----');
const password = secret('p"ss & wörd');

test('every form of a secret is hidden, wherever it stands', () => {
  const forms = [
    'p"ss & wörd',
    Buffer.from('p"ss & wörd').toString('base64'),
    encodeURIComponent('p"ss & wörd'),
    'p\\"ss & wörd',
    'MIIEabcdef0123',
  ];
  const shown = redactDeep(
    { list: forms, at: 1, deep: { text: forms.join(' ') } },
    redactor([key, password]),
  );
  const text = JSON.stringify(shown);
  for (const form of forms) expect(text).not.toContain(form);
  expect(shown.at).toBe(1);
});

test('innocent text stays: a lone brace of a secret file is no secret', () => {
  expect(redactor([key])('a { b }')).toBe('a { b }');
});

test('a secret that ends in a newline is hidden with and without it, and lines stay lines', () => {
  const hide = redactor([secret('hunter\n')]);
  expect(hide('say hunter\nnext\n')).toBe('say <secret>\nnext\n');
  expect(hide('say hunter, next')).toBe('say <secret>, next');
  expect(redactor([key, secret('a canary\nof two lines\n')])('x a canary\nof two lines\ny')).toBe(
    'x <secret>\ny',
  );
});

test('a secret does not print by itself', () => {
  expect(`${password} ${JSON.stringify({ password })} ${inspect({ password })}`).not.toContain(
    'ss &',
  );
});

test('R10 base64 gives a secret away wherever it begins', () => {
  const hide = redactor([secret('canary-0123456789')]);
  for (const before of ['', 'a', 'ab', 'abc', 'abcd']) {
    const shown = hide(Buffer.from(`${before}canary-0123456789 and more`).toString('base64'));
    const left = Buffer.from(shown.replaceAll('<secret>', ' '), 'base64').toString('latin1');
    expect([before, shown.includes('<secret>')]).toEqual([before, true]);
    expect(left).not.toMatch(/nary|0123|6789/);
  }
});

test('R10 a key of many lines is hidden in wrapped base64, hexadecimal and shell words', () => {
  const text = Array.from({ length: 9 }, (_, line) => `line ${line} of it's key`).join('\n');
  const hide = redactor([secret(text)]);
  const base64 = Buffer.from(text).toString('base64');
  const wrapped = (base64.match(/.{1,76}/g) ?? []).join('\n');
  expect(hide(wrapped).replaceAll(/<secret>|\n/g, '')).toMatch(/^.{0,7}$/);
  expect(hide(Buffer.from(text).toString('hex'))).toBe('<secret>');
  expect(hide("+ echo 'line 3 of it'\\''s key'")).toBe("+ echo '<secret>'");
  expect(hide("line\\ 3\\ of\\ it\\'s\\ key")).toBe('<secret>');
});

test('R10 no text is too odd to be hidden', () => {
  const value = fc.string({ minLength: 4, maxLength: 40, unit: 'binary' });
  fc.assert(
    fc.property(value, (text) => {
      const shown = redactor([secret(text)])(`a ${text} b ${JSON.stringify(text)}`);
      expect(shown.includes(text) && !'a <secret> b "'.includes(text)).toBe(false);
    }),
  );
  expect(redactor([secret('half \ud800 pair')])('x half \ud800 pair')).toBe('x <secret>');
});

test('R10 an error is thrown on without secrets, its causes and its stack too', () => {
  const cause = new TypeError('the key is canary-1');
  const error = new HostwrightError('APPLY_FAILED', {
    problem: 'canary-1 failed.',
    detail: 'x canary-1',
    host: 'mx1',
    cause,
  });
  const shown = redactError(error, redactor([secret('canary-1')]));
  expect(inspect(shown, { depth: 9, showHidden: true })).not.toContain('canary-1');
  expect(shown).toMatchObject({ code: 'APPLY_FAILED', host: 'mx1', problem: '<secret> failed.' });
  const innocent = new HostwrightError('APPLY_FAILED', { problem: 'x', cause: new Error('y') });
  expect(redactError(innocent, redactor([secret('canary-1')]))).toBe(innocent);
});

test('R10 names of properties are hidden as their values are', () => {
  const hide = redactor([secret('canary-1')]);
  expect(redactDeep({ 'canary-1': { a: 'canary-1' } }, hide)).toEqual({
    '<secret>': { a: '<secret>' },
  });
});
