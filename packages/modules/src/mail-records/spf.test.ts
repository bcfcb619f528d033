import { expect, test } from '@jest/globals';
import {
  array,
  assert,
  constant,
  constantFrom,
  ipV4,
  ipV6,
  oneof,
  property,
  record,
} from 'fast-check';
import { type SpfPolicy, spf } from './spf.ts';
import { isSpf, spfProblems } from './spf-syntax.ts';

test('the usual policies', () => {
  expect(spf({})).toBe('v=spf1 ~all');
  expect(spf({ allow: ['mx'] })).toBe('v=spf1 mx ~all');
  expect(
    spf({
      allow: [{ ip4: '192.0.2.0/24' }, { ip6: '2001:db8::/32' }, { include: '_spf.example.net' }],
      otherwise: 'fail',
    }),
  ).toBe('v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:_spf.example.net -all');
  expect(spf({ allow: ['a'], redirect: '_spf.example.com' })).toBe(
    'v=spf1 a redirect=_spf.example.com',
  );
});

const eleven = Array.from({ length: 11 }, (_, index) => ({ include: `n${index}.example` }));

test.each<[string, SpfPolicy, string]>([
  ['eleven look-ups', { allow: eleven }, 'needs 11 look-ups'],
  ['a redirect beside a last word', { otherwise: 'fail', redirect: 'a.example' }, 'either'],
  ['an address that is none', { allow: [{ ip4: '192.0.2' }] }, '"ip4:192.0.2" is no term'],
  ['an IPv6 address as ip4', { allow: [{ ip4: '2001:db8::1' }] }, 'no term'],
  ['a domain of one label', { allow: [{ include: 'localhost' }] }, 'no term'],
  ['a second term in a value', { allow: [{ include: 'a.example +all' }] }, 'without blanks'],
])('%s is refused', (_label, policy, problem) => {
  expect(() => spf(policy)).toThrow(
    expect.objectContaining({
      code: 'DNS_RECORD_INVALID',
      problem: expect.stringContaining(problem),
    }),
  );
});

const source = oneof(
  constant('mx'),
  constant('a'),
  ipV4().map((ip4) => ({ ip4 })),
  ipV6().map((ip6) => ({ ip6 })),
  constantFrom('a.example', '_spf.example.net').map((include) => ({ include })),
);

test('what is built is what receivers take', () => {
  const policy = record({
    allow: array(source, { maxLength: 10 }),
    otherwise: constantFrom('fail', 'softfail', 'neutral'),
  });
  assert(
    property(policy, (random) => {
      const text = spf(random as SpfPolicy);
      expect([isSpf(text), spfProblems(text)]).toEqual([true, []]);
    }),
  );
});
