import { expect, test } from '@jest/globals';
import type { Verdict } from '../model/plan.ts';
import {
  aptFailed,
  creates,
  knownAfter,
  sampleResult,
  sampleStep,
  unchanged,
  updates,
} from '../testing/sample-plan.ts';
import { holdAgainstPlan } from './predictions.ts';

const mode = (from: string) => updates({ field: 'mode', from, to: '0644' });

function held(predicted: Verdict, verdict: Verdict) {
  const result = sampleResult('mx1', 'File[/a]', { result: 'changed', verdict });
  const planned = new Map([[result.id, sampleStep('mx1', 'File[/a]', predicted)]]);
  const [step] = holdAgainstPlan([result], planned);
  return step?.error?.problem ?? step?.result;
}

test('what the plan said and what was done are the same', () => {
  expect(held(mode('0600'), mode('0600'))).toBe('changed');
});

test('R5: a change that began from another value is a failure', () => {
  expect(held(mode('0600'), mode('0640'))).toBe(
    'What was changed is not what the plan said: mode was to be changed from "0600" to "0644", and was changed from "0640" to "0644".',
  );
});

test('R5: a change that the plan did not have is a failure', () => {
  expect(held(unchanged, mode('0640'))).toMatch(/mode was to be left as it is, and was changed/);
  expect(held(creates, mode('0640'))).toMatch(
    /exists was to be changed from false to true, and was left/,
  );
});

test('a text or a secret is not shown', () => {
  const text = (from: string) => updates({ field: 'content', from, to: 'x', form: 'secret' });
  expect(held(text('geheim'), text('heimlich'))).not.toMatch(/heim/);
});

test('what was not known, or was in error, predicts nothing', () => {
  expect(held(knownAfter('mx1/Package[x]'), mode('0640'))).toBe('changed');
  expect(held({ is: 'error', error: aptFailed }, mode('0640'))).toBe('changed');
});

test('a refresh is no change of a field', () => {
  const refresh: Verdict = { is: 'refresh', notifiedBy: ['x'], isCertain: true };
  expect(held(unchanged, refresh)).toBe('changed');
  expect(held(refresh, refresh)).toBe('changed');
});

test('a step that failed keeps its own error', () => {
  const failed = sampleResult('mx1', 'File[/a]', { result: 'failed', error: aptFailed });
  const planned = new Map([[failed.id, sampleStep('mx1', 'File[/a]', unchanged)]]);
  expect(holdAgainstPlan([failed], planned)).toEqual([failed]);
});
