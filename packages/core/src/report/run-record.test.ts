import { expect, test } from '@jest/globals';
import { sampleApply } from '../testing/sample-events.ts';
import { samplePlan, sampleResult, sampleStep, updates } from '../testing/sample-plan.ts';
import { sampleEvent } from '../testing/sample-run.ts';
import { hasFailed, runRecord } from './run-record.ts';

test('every step has what became of it, and hosts what they did when', () => {
  const record = runRecord(sampleApply());
  const said = record.steps.map(({ id, status }) => `${status} ${id}`);
  expect(said).toEqual([
    'changed web1/Package[nginx]',
    'changed web1/File[/etc/nginx.conf]',
    'ok web1/Service[nginx]',
    'failed web2/Package[nginx]',
    'skipped web2/File[/etc/nginx.conf]',
    'ok web2/Service[nginx]',
  ]);
  expect(record.spans).toEqual([
    { host: 'db1', what: 'connect', label: '', from: 1000, to: 3000 },
    { host: 'web1', what: 'apply', label: 'Package', from: 3200, to: 5000 },
    { host: 'web1', what: 'verify', label: '', from: 5000, to: 6000 },
  ]);
  expect(hasFailed(record)).toBe(true);
});

test('of two runs the last one counts, and what the second look found outweighs what was reported', () => {
  const step = sampleStep('a', 'File[/a]', updates());
  const failed = sampleResult('a', 'File[/a]', { result: 'failed' });
  const outcome = { version: 1, steps: [failed], hosts: [], isConverged: false, ms: 5 } as const;
  const record = runRecord([
    ...sampleApply(),
    sampleEvent(9_000, { type: 'run.started', verb: 'apply', hosts: ['a'] }),
    sampleEvent(9_001, { type: 'plan.ready', plan: samplePlan([step]) }),
    sampleEvent(9_002, { type: 'step.finished', step: { ...failed, result: 'changed' } }),
    sampleEvent(9_003, { type: 'run.finished', hosts: [], outcome, ms: 5 }),
  ]);
  expect(record.hosts).toEqual(['a']);
  expect(record.steps.map(({ status }) => status)).toEqual(['failed']);
});
