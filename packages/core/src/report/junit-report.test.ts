import { expect, test } from '@jest/globals';
import { sampleApply } from '../testing/sample-events.ts';
import { samplePlan, sampleStep, updates } from '../testing/sample-plan.ts';
import { sampleEvent } from '../testing/sample-run.ts';
import { renderJunit } from './junit-report.ts';

test('a suite for each host, a case for each resource, failures with what to do', () => {
  const xml = renderJunit(sampleApply());
  expect(xml).toContain('<testsuite name="web2" tests="3" failures="1" errors="0" skipped="1"');
  expect(xml).toContain('<testsuite name="db1" tests="1" failures="0" errors="1" skipped="0"');
  expect(xml).toContain(
    '<failure type="APPLY_FAILED" message="The command failed with exit code 100.">',
  );
  expect(xml).toContain('<skipped message="because of web2/Package[nginx]"/>');
  expect(xml).toContain('&lt;script&gt;');
  expect(xml).not.toContain('<script');
});

test('a difference fails verify, and no plan', () => {
  const steps = [sampleStep('a', 'File[/a]', updates({ field: 'mode', from: '1', to: '2' }))];
  const events = (verb: 'plan' | 'verify') => [
    sampleEvent(1, { type: 'run.started', verb, hosts: ['a'] }),
    sampleEvent(2, { type: 'plan.ready', plan: samplePlan(steps) }),
  ];
  expect(renderJunit(events('plan'))).toContain('failures="0"');
  expect(renderJunit(events('verify'))).toContain(
    '<failure type="drift" message="differs: update">',
  );
});

test('a plan that is refused is an error, said once', () => {
  const refusal = { code: 'PLAN_REMOVES_TOO_MUCH', problem: 'Much.', remedy: 'Look.' } as const;
  const plan = { ...samplePlan([]), refusals: [refusal] };
  const planned = [
    sampleEvent(1, { type: 'run.started', verb: 'plan', hosts: ['a'] }),
    sampleEvent(2, { type: 'plan.ready', plan }),
  ];
  const count = (xml: string) => xml.match(/<error type="PLAN_REMOVES_TOO_MUCH"/g)?.length;
  expect(count(renderJunit(planned))).toBe(1);
  const ended = sampleEvent(3, { type: 'run.failed', error: refusal });
  expect(count(renderJunit([...planned, ended]))).toBe(1);
});

test('a run that could not be made is an error', () => {
  const error = { code: 'USAGE', problem: 'No.', remedy: 'Do.' } as const;
  expect(renderJunit([sampleEvent(1, { type: 'run.failed', error })])).toContain('errors="1"');
});
