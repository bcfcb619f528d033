import { expect, test } from '@jest/globals';
import type { Verdict } from '../model/plan.ts';
import { sampleStep, unchanged } from '../testing/sample-plan.ts';
import { removalRefusals } from './removals.ts';

const removes: Verdict = {
  is: 'change',
  action: 'remove',
  fields: [{ field: 'exists', from: true, to: false }],
};

/** A host with so many removals among so many steps. */
function host(name: string, removed: number, all: number) {
  return Array.from({ length: all }, (_, index) =>
    sampleStep(name, `File[/${index}]`, index < removed ? removes : unchanged),
  );
}

test('as many as were allowed are no reason to refuse', () => {
  expect(removalRefusals(host('a', 2, 4), { count: 2, percent: 50 })).toEqual([]);
  expect(removalRefusals(host('a', 4, 4), {})).toEqual([]);
});

test('one more is, and the list says which', () => {
  const [error] = removalRefusals(host('a', 3, 9), { count: 2 });
  expect(error).toMatchObject({ code: 'PLAN_REMOVES_TOO_MUCH' });
  expect(error?.problem).toBe('It removes 3, and at most 2 were allowed.');
  expect(error?.detail?.split('\n')).toEqual(
    [0, 1, 2].map((index) => `a File[/${index}] (mail.ts:12)`),
  );
});

test('R34: the share counts on each host: a small one does not hide among large ones', () => {
  const steps = [...host('large', 0, 998), ...host('small', 1, 2)];
  expect(removalRefusals(steps, { percent: 49 })[0]?.problem).toBe(
    'On small it removes 1 of 2, which is 50 %, and at most 49 % were allowed.',
  );
  expect(removalRefusals(steps, { percent: 50 })).toEqual([]);
});

test('R34: a host with one declaration is no exception', () => {
  expect(removalRefusals(host('a', 1, 1), { percent: 99 })).toHaveLength(1);
  expect(removalRefusals(host('a', 1, 1), { count: 0 })).toHaveLength(1);
});

test('of a long list only the beginning is shown, with its length', () => {
  const [error] = removalRefusals(host('a', 30, 30), { count: 1 });
  expect(error?.detail?.split('\n')).toHaveLength(20);
  expect(error?.detail).toMatch(/and 11 more$/);
});
