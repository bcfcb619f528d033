import { expect, test } from '@jest/globals';
import { dmarcProblems, reportDomains } from './dmarc-syntax.ts';

test.each([
  'v=DMARC1; p=none',
  'v=DMARC1; p=NONE; adkim=S',
  'v=DMARC1;p=quarantine;sp=reject;np=reject;adkim=s;aspf=r;pct=50;t=y',
  'v=DMARC1; p=reject; rua=mailto:a@example.com, mailto:b@example.net!10m; ruf=mailto:c@example.com; fo=1:d:s; ri=86400; rf=afrf',
])('%s is fine', (text) => {
  expect(dmarcProblems(text)).toEqual([]);
});

test.each([
  ['p=none; v=DMARC1', 'does not begin'],
  ['v=DMARC2; p=none', 'The tag v cannot be "DMARC2"'],
  ['v=dmarc1; p=none', 'The tag v cannot be "dmarc1"'],
  ['v=DMARC1', 'no policy'],
  ['v=DMARC1; p=block', 'The tag p cannot be "block"'],
  ['v=DMARC1; p=none; policy=none', 'policy is not one of DMARC'],
  ['v=DMARC1; p=none; constructor=none', 'constructor is not one of DMARC'],
  ['v=DMARC1; p=none; sp=none; sp=reject', 'sp stands more than once'],
  ['v=DMARC1; p=none; pct=101', 'pct cannot be "101"'],
  ['v=DMARC1; p=none; quarantine', '"quarantine" is no tag'],
  ['v=DMARC1; p=none; rua=dmarc@example.com', 'no mailto: address'],
  ['v=DMARC1; p=none; rua=mailto:a@example.com mailto:b@example.com', 'no mailto: address'],
])('%s is not', (text, problem) => {
  expect(dmarcProblems(text).join(' ')).toContain(problem);
});

test('reports go to the domains of all addresses', () => {
  const text =
    'v=DMARC1; p=none; rua=mailto:a@Example.COM,mailto:b@example.net!5k; ruf=mailto:c@example.net';
  expect(reportDomains(text)).toEqual(['example.com', 'example.net']);
});
