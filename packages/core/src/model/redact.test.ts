import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { redactDeep, redactor } from './redact.ts';
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

test('a secret does not print by itself', () => {
  expect(`${password} ${JSON.stringify({ password })} ${inspect({ password })}`).not.toContain(
    'ss &',
  );
});
