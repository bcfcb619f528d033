import { expect, test } from '@jest/globals';
import {
  creates,
  samplePlan,
  sampleResult,
  sampleStep,
  unchanged,
} from '../testing/sample-plan.ts';
import { sampleEvent } from '../testing/sample-run.ts';
import { initialState, nextState } from './run-state.ts';
import { learnTimes, timeLeft } from './time-left.ts';

const times = { Package: 60_000, Service: 5_000 };

function begun(hosts: readonly string[]) {
  const steps = hosts.flatMap((host) => [
    sampleStep(host, 'Package[a]', creates),
    sampleStep(host, 'Package[b]', creates),
    sampleStep(host, 'Service[a]', creates),
    sampleStep(host, 'File[/c]', unchanged),
  ]);
  return nextState(initialState, [
    sampleEvent(1000, { type: 'run.started', verb: 'apply', hosts }),
    sampleEvent(2000, { type: 'plan.ready', plan: samplePlan(steps) }),
    sampleEvent(2000, {
      type: 'step.started',
      host: 'mx1',
      kind: 'Package',
      ids: ['mx1/Package[a]', 'mx1/Package[b]'],
    }),
  ]);
}

test('what is due counts once for each kind, less what has passed', () => {
  expect(timeLeft(begun(['mx1']), times, 2000)).toBe(65_000);
  expect(timeLeft(begun(['mx1']), times, 32_000)).toBe(35_000);
});

test('what takes longer than ever before is not said to be over, and hosts that wait count', () => {
  expect(timeLeft(begun(['mx1', 'mx2']), times, 900_000)).toBe(70_000);
});

test('nothing is said where nothing is known, and when what is left is short', () => {
  expect(timeLeft(begun(['mx1']), {}, 2000)).toBeUndefined();
  const results = ['Package[a]', 'Package[b]'].map((label) =>
    sampleResult('mx1', label, { result: 'changed' }),
  );
  const state = nextState(
    begun(['mx1']),
    results.map((step) => sampleEvent(9000, { type: 'step.finished', step })),
  );
  expect(timeLeft(state, times, 9000)).toBeUndefined();
});

test('a run teaches the next one, and not by itself alone', () => {
  const results = [
    sampleResult('mx1', 'Package[a]', { result: 'changed', ms: 10_000 }),
    sampleResult('mx1', 'Package[b]', { result: 'changed', ms: 10_000 }),
    sampleResult('mx1', 'File[/c]', { result: 'failed', ms: 1 }),
  ];
  expect(learnTimes({ Service: 1 }, results)).toEqual({ Service: 1, Package: 10_000 });
  expect(learnTimes({ Package: 60_000 }, results)).toEqual({ Package: 45_000 });
});
