import { expect, test } from '@jest/globals';
import type { FieldDiff } from '../model/plan.ts';
import { fieldLines } from './field-lines.ts';
import { paint } from './styled-line.ts';

const shown = (field: FieldDiff, width = 60) =>
  paint(fieldLines([field], 'update', { width, isVerbose: false }), false);

test.each<[string, FieldDiff, string]>([
  ['a number', { field: 'port', from: 25, to: 587 }, 'port  25 → 587\n'],
  ['a number and text apart', { field: 'port', from: '25', to: 25 }, 'port  "25" → 25\n'],
  ['nothing before', { field: 'shell', from: null, to: '/bin/sh' }, 'shell  "/bin/sh"\n'],
  ['nothing after', { field: 'shell', from: '/bin/sh', to: null }, 'shell  "/bin/sh" → (none)\n'],
  ['a short list', { field: 'groups', from: [], to: ['a'] }, 'groups  [] → ["a"]\n'],
  ['a record', { field: 'env', from: {}, to: { A: 1 } }, 'env  {} → { A: 1 }\n'],
])('%s is shown on one line', (_, field, expected) => {
  expect(shown(field)).toBe(expected);
});

test('a long value has a line of its own, a long list a diff', () => {
  const long = 'x'.repeat(40);
  expect(shown({ field: 'dsn', from: long, to: `${long}y` })).toBe(
    `dsn\n  - "${long}"\n  + "${long}y"\n`,
  );
  expect(shown({ field: 'ciphers', from: [long, 'b'], to: [long, 'c'] })).toBe(`ciphers
   [
     "${long}",
  -  "b"
  +  "c"
   ]
`);
});
