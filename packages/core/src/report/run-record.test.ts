import { expect, test } from '@jest/globals';
import { sampleApply } from '../testing/sample-events.ts';
import { samplePlan, sampleResult, sampleStep, updates } from '../testing/sample-plan.ts';
import { sampleEvent } from '../testing/sample-run.ts';
import { renderAnnotations, renderGithubSummary } from './github-report.ts';
import { renderHtmlReport } from './html/html-report.ts';
import { renderJunit } from './junit-report.ts';
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

test('a host that another run holds is no host that went well', () => {
  const error = { code: 'LOCK_HELD', problem: 'Held by ann.', remedy: 'Wait.' } as const;
  const left = sampleResult('a', 'File[/a]', { result: 'skipped', because: 'a' });
  const counts = { ok: 0, changed: 0, failed: 0, skipped: 1, unreachable: 0 };
  const hosts = [{ host: 'a', counts, roundTrips: 3, error }];
  const outcome = { version: 1, steps: [left], hosts, isConverged: false, ms: 5 } as const;
  const events = [
    sampleEvent(1, { type: 'run.started', verb: 'apply', hosts: ['a'] }),
    sampleEvent(2, {
      type: 'plan.ready',
      plan: samplePlan([sampleStep('a', 'File[/a]', updates())]),
    }),
    sampleEvent(3, { type: 'run.finished', hosts, outcome, ms: 5 }),
  ];
  const record = runRecord(events);
  expect([record.unreachable, hasFailed(record)]).toEqual([[{ host: 'a', error }], true]);
  expect(renderHtmlReport(events)).toContain(
    '<h1>1 host held by another run, 1 resource skipped.</h1>',
  );
  expect(renderJunit(events)).toContain('<error type="LOCK_HELD"');
  expect(renderAnnotations(events)).toContain('::error title=LOCK_HELD a::');
  expect(renderGithubSummary(events)).toContain('| a (held) |');
});

test('what an interrupt left is no change that was made', () => {
  const left = sampleResult('a', 'File[/a]', { result: 'skipped', because: 'interrupted' });
  const outcome = { version: 1, steps: [left], hosts: [], isConverged: false, ms: 5 } as const;
  const events = [
    sampleEvent(1, { type: 'run.started', verb: 'apply', hosts: ['a'] }),
    sampleEvent(2, {
      type: 'plan.ready',
      plan: samplePlan([sampleStep('a', 'File[/a]', updates())]),
    }),
    sampleEvent(3, { type: 'run.finished', hosts: [], outcome, ms: 5 }),
  ];
  expect(renderHtmlReport(events)).toContain('<h1>1 resource skipped.</h1>');
  expect(renderJunit(events)).toContain('<skipped message="because the run was interrupted"/>');
});
