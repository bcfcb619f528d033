import { expect, test } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { asksDns, isSpf, spfProblems, spfTerms } from './spf-syntax.ts';

test.each([
  'v=spf1',
  'v=spf1 -all',
  'V=SPF1 MX ~ALL',
  'v=spf1  mx   a:mail.example.com/24//64 -all',
  'v=spf1 a//64 mx/30 ip4:192.0.2.0/24 ip6:2001:db8::/32 ?all',
  'v=spf1 include:_spf.example.net ptr:example.com redirect=_spf.example.com',
  'v=spf1 exists:%{ir}.%{v}._spf.%{d2} exp=explain._spf.%{d} -all',
  'v=spf1 mx unknown-thing=with%{s}macro -all',
])('%s is fine', (text) => {
  expect(spfProblems(text)).toEqual([]);
});

test.each([
  ['v=spf2 -all', 'does not begin'],
  ['v=spf1 mx all -all', '"-all" is never looked at'],
  ['v=spf1 all redirect=example.net', '"redirect=example.net" is never looked at'],
  ['v=spf1 redirect=a.example redirect=b.example', 'redirect= stands more than once'],
  ['v=spf1 exp=a.example exp=b.example -all', 'exp= stands more than once'],
  ['v=spf1 ipv4:192.0.2.1 -all', '"ipv4:192.0.2.1" is no term'],
  ['v=spf1 ip4:192.0.2.300 -all', 'no term'],
  ['v=spf1 ip4:192.0.2.0/33 -all', 'no term'],
  ['v=spf1 ip6:fe80::1%eth0 -all', 'no term'],
  ['v=spf1 mx/33 -all', 'no term'],
  ['v=spf1 include -all', 'no term'],
  ['v=spf1 include:localhost -all', 'no term'],
  ['v=spf1 ~redirect=example.net', 'no term'],
  ['v=spf1 exists:%{x}.example.net -all', 'no term'],
  ['v=spf1 mx, -all', 'no term'],
  ['v=spf1 mx:münchen.example -all', 'printable ASCII'],
])('%s is not', (text, problem) => {
  expect(spfProblems(text).join(' ')).toContain(problem);
});

test('ten look-ups are allowed and eleven are not; ip4 and unknown modifiers cost none', () => {
  const includes = (count: number) =>
    Array.from({ length: count }, (_, index) => `include:n${index}.example`).join(' ');
  expect(spfProblems(`v=spf1 ${includes(9)} mx ip4:192.0.2.1 x=y -all`)).toEqual([]);
  expect(spfProblems(`v=spf1 ${includes(9)} mx a -all`)).toEqual([
    'It needs 11 look-ups; receivers stop at 10 and fail it.',
  ]);
  expect(
    spfTerms('v=spf1 a mx ptr include:a.example exists:b.example exp=c.example').map(asksDns),
  ).toEqual([true, true, true, true, true, false]);
  expect(spfTerms('v=spf1 redirect=a.example').map(asksDns)).toEqual([true]);
});

test('any text is judged, and what is no SPF record is never taken for one', () => {
  assert(
    property(string({ maxLength: 60 }), (text) => {
      expect(Array.isArray(spfProblems(`v=spf1 ${text}`))).toBe(true);
      expect(isSpf(`x${text}`)).toBe(false);
    }),
  );
});
