import { expect, test } from '@jest/globals';
import type { Plan, PlanStep, Verdict } from '../model/plan.ts';
import type { Way } from '../model/way.ts';
import {
  aptFailed,
  creates,
  knownAfter,
  noAnswer,
  samplePlan,
  sampleStep,
  unchanged,
  updates,
} from '../testing/sample-plan.ts';
import { describeMoves, movesBetween } from './moves.ts';

const step = (verdict: Verdict, more: Partial<PlanStep> = {}) => ({
  ...sampleStep('mx1', 'File[/a]', verdict),
  ...more,
});
const moved = (then: Plan, now: Plan) => describeMoves(movesBetween(then, now));
const between = (then: Verdict, now: Verdict) =>
  moved(samplePlan([step(then)]), samplePlan([step(now)]));
const mode = (from: string, to = '0644') => updates({ field: 'mode', from, to });

test('the same plan did not move, wherever its declarations stand and in whatever order', () => {
  const a = step(mode('0600'));
  const b = sampleStep('mx2', 'File[/b]', creates, ['mx2/X[1]', 'mx2/X[2]']);
  const x = ['X[1]', 'X[2]'].map((label) => sampleStep('mx2', label, unchanged));
  const then = samplePlan([a, b, ...x]);
  const lines = { source: { file: 'mail.ts', line: 99 } };
  const now = samplePlan([...x, { ...b, needs: b.needs.toReversed() }, { ...a, ...lines }]);
  expect(moved(then, now)).toBe('');
  expect(moved(then, JSON.parse(JSON.stringify(now)))).toBe('');
});

test.each<[string, Verdict, Verdict, string]>([
  ['found otherwise', mode('0600'), mode('0640'), 'mode was "0600", is "0640"'],
  ['mended by somebody', mode('0600'), unchanged, 'mode was "0600", is as declared'],
  ['damaged by somebody', unchanged, mode('0600'), 'mode was as declared, is "0600"'],
  [
    'declared otherwise',
    mode('0600', '0644'),
    mode('0600', '0400'),
    'mode was to become "0644", is to become "0400"',
  ],
  ['there now', creates, unchanged, 'exists was false, is as declared'],
  [
    'known now',
    knownAfter('mx1/Package[x]'),
    mode('0600'),
    'verdict was not known before mx1/Package[x], is to update',
  ],
  [
    'not readable any more',
    unchanged,
    { is: 'error', error: aptFailed },
    'verdict was as declared, is the error APPLY_FAILED',
  ],
])('%s', (_, then, now, said) => {
  expect(between(then, now)).toBe(`mx1 File[/a] (mail.ts:12) ${said}`);
});

test('what waits for the same things in another order did not move', () => {
  expect(between(knownAfter('a', 'b'), knownAfter('b', 'a'))).toBe('');
});

test('long values are cut, and secret ones are not shown', () => {
  const long = between(mode('x'.repeat(99)), mode('y'.repeat(99)));
  expect(long.length).toBeLessThan(200);
  const hidden = (from: string) => updates({ field: 'password', from, to: 'c', form: 'secret' });
  expect(between(hidden('hash-one'), hidden('hash-two'))).not.toContain('hash');
});

test('declarations that came, went, say something else or come after others are named', () => {
  const then = samplePlan([
    step(creates, { needs: ['mx1/X[1]'] }),
    sampleStep('mx1', 'X[1]', unchanged),
    sampleStep('mx1', 'Gone[1]', unchanged),
  ]);
  const now = samplePlan([
    step(creates, { digest: 'other' }),
    sampleStep('mx1', 'X[1]', unchanged),
    sampleStep('mx1', 'New[1]', unchanged),
  ]);
  expect(moved(then, now).split('\n')).toEqual([
    'mx1 Gone[1] (mail.ts:12) declaration was there, is not',
    'mx1 File[/a] (mail.ts:12) declaration says something else',
    'mx1 File[/a] (mail.ts:12) order comes after other declarations',
    'mx1 New[1] (mail.ts:12) declaration is new',
  ]);
});

test('a host that does not answer any more is one move, and not one for each of its steps', () => {
  const up = samplePlan([step(creates)]);
  const down = samplePlan([], [{ host: 'mx1', error: noAnswer }]);
  expect(moved(up, down)).toBe(`mx1 host was read, is not: ${noAnswer.problem}`);
  expect(moved(down, up)).toBe('mx1 host could not be reached, is there now');
  expect(moved(down, down)).toBe('');
});

test('another address, user or port is named', () => {
  const way: Way = { host: 'mx1', connection: 'ssh', address: '192.0.2.1', port: 22, user: 'root' };
  const plan = (own: Way): Plan => ({ ...samplePlan([]), ways: [own] });
  expect(moved(plan(way), plan({ ...way, address: '192.0.2.2', becomeUser: 'root' }))).toBe(
    'mx1 address was "192.0.2.1", is "192.0.2.2"\nmx1 becomeUser was not set, is "root"',
  );
});
