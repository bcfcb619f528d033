import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { errorTable } from '../model/error-table.ts';
import type { Outcome, StepResult } from '../model/outcome.ts';
import type { Verdict } from '../model/plan.ts';
import {
  aptFailed,
  creates,
  knownAfter,
  noAnswer,
  samplePlan,
  sampleResult,
  sampleStep,
  unchanged,
} from '../testing/sample-plan.ts';
import { exitCodeOfError, exitCodeOfOutcome, exitCodeOfPlan, exitTable } from './exit-codes.ts';

const codes = Object.values(exitTable).map(({ code }) => code as number);
const unreachable = [{ host: 'db1', error: noAnswer }];

test.each<[string, Verdict, number, number]>([
  ['unchanged', unchanged, 0, 4],
  ['a change', creates, 2, 4],
  ['a refresh', { is: 'refresh', notifiedBy: ['x'], isCertain: false }, 2, 4],
  ['unknown', knownAfter('x'), 2, 4],
  ['an error', { is: 'error', error: aptFailed }, 1, 1],
])('a plan with %s', (_, verdict, alone, withLostHost) => {
  const steps = [sampleStep('mx1', 'File[/a]', verdict)];
  expect(exitCodeOfPlan(samplePlan(steps))).toBe(alone);
  expect(exitCodeOfPlan(samplePlan(steps, unreachable))).toBe(withLostHost);
});

function outcome(results: readonly StepResult[], isConverged = false): Outcome {
  const counts = { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 };
  const hosts = [{ host: 'db1', counts, roundTrips: 0, error: noAnswer }];
  return { version: 1, steps: results, hosts: isConverged ? [] : hosts, isConverged, ms: 1 };
}

test('a failure weighs more than a lost host, an interruption more than a failure', () => {
  const ok = sampleResult('mx1', 'File[/a]', { result: 'ok' });
  const failed = sampleResult('mx1', 'File[/b]', { result: 'failed' });
  const left = sampleResult('mx1', 'File[/c]', { result: 'skipped', because: 'interrupted' });
  expect(exitCodeOfOutcome(outcome([ok], true))).toBe(0);
  expect(exitCodeOfOutcome(outcome([ok]))).toBe(4);
  expect(exitCodeOfOutcome(outcome([ok, failed]))).toBe(1);
  expect(exitCodeOfOutcome(outcome([failed, left]))).toBe(130);
});

test('a host that another run holds weighs less than one that was not reached', () => {
  const held = { ...noAnswer, code: 'LOCK_HELD' as const, host: 'web1' };
  const left = sampleResult('web1', 'File[/a]', { result: 'skipped', because: 'web1' });
  const { hosts } = outcome([]);
  const lockedHosts = hosts.map((host) => ({ ...host, host: 'web1', error: held }));
  expect(exitCodeOfOutcome({ ...outcome([left]), hosts: lockedHosts })).toBe(75);
  expect(exitCodeOfOutcome({ ...outcome([left]), hosts: [...lockedHosts, ...hosts] })).toBe(4);
});

test('every error has an exit code of the table', () => {
  for (const { exitCode } of Object.values(errorTable)) expect(codes).toContain(exitCode);
  expect(exitCodeOfError({ code: 'INVENTORY_INVALID' })).toBe(64);
});

test('the guide lists every exit code with the words of the help', () => {
  const guide = new URL('../../../../docs/guide/exit-codes.md', import.meta.url);
  const rows = readFileSync(guide, 'utf8').matchAll(/^\| (\d+) +\| (.+?) +\|$/gm);
  expect([...rows].map(([, code, meaning]) => ({ code: Number(code), meaning }))).toEqual(
    Object.values(exitTable),
  );
});
