import { expect, test } from '@jest/globals';
import type { ErrorRecord } from '../model/errors.ts';
import { creates, samplePlan, sampleStep, unchanged } from '../testing/sample-plan.ts';
import { requireAllowed, requireSamePlan } from './allowed.ts';

const cutsOff = (host: string): ErrorRecord => {
  const problem = `It closes port 22 of ${host}.`;
  return { code: 'PLAN_CUTS_OFF', problem, remedy: 'Do not.', host, resource: 'Ufw[firewall]' };
};

test('a plan without refusals is allowed', () => {
  expect(() => requireAllowed(samplePlan([]))).not.toThrow();
});

test('the first refusal ends the run as it is, the others stand below it', () => {
  const refusals = [cutsOff('a'), cutsOff('b')];
  expect(() => requireAllowed({ ...samplePlan([]), refusals })).toThrow(
    expect.objectContaining({
      code: 'PLAN_CUTS_OFF',
      host: 'a',
      resource: 'Ufw[firewall]',
      remedy: 'Do not.',
      detail: 'b Ufw[firewall] It closes port 22 of b.',
    }),
  );
});

test('every host that moved is named once', () => {
  const steps = (verdict: typeof creates) =>
    ['mx1', 'mx2'].flatMap((host) =>
      ['File[/a]', 'File[/b]'].map((label) => sampleStep(host, label, verdict)),
    );
  const then = samplePlan(steps(creates));
  expect(() => requireSamePlan(then, samplePlan(steps(creates)))).not.toThrow();
  expect(() => requireSamePlan(then, samplePlan(steps(unchanged)))).toThrow(
    'The plan is no longer true on mx1, mx2.',
  );
});
