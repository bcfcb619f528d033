import { expect, test } from '@jest/globals';
import { sampleApply } from '../testing/sample-events.ts';
import { samplePlan, sampleStep, updates } from '../testing/sample-plan.ts';
import { sampleEvent } from '../testing/sample-run.ts';
import { renderAnnotations, renderGithubSummary } from './github-report.ts';

test('errors stand at the line of the playbook', () => {
  expect(renderAnnotations(sampleApply())).toBe(
    `::error title=TRANSPORT_UNREACHABLE db1::No answer from 192.0.2.7 port 22 in 20 s.%0ACheck that the host is up.
::error file=mail.ts,line=12,title=APPLY_FAILED web2 Package[nginx]::The command failed with exit code 100.%0ACorrect the cause and run again.
::warning title=web1::The clock is late.
`,
  );
});

test('a plan that is refused has an annotation, and is not well', () => {
  const refusal = { code: 'PLAN_CUTS_OFF', problem: 'It closes 22.', remedy: 'Do not.' } as const;
  const plan = { ...samplePlan([]), refusals: [{ ...refusal, host: 'mx1' }] };
  const events = [
    sampleEvent(1, { type: 'run.started', verb: 'plan', hosts: ['mx1'] }),
    sampleEvent(2, { type: 'plan.ready', plan }),
  ];
  expect(renderAnnotations(events)).toBe(
    '::error title=PLAN_CUTS_OFF mx1::It closes 22.%0ADo not.\n',
  );
  expect(renderGithubSummary(events)).toContain('## ❌ hostwright plan');
});

test('what a host says cannot give commands to GitHub', () => {
  const text = 'a\n::set-env name=X::y';
  const said = renderAnnotations([sampleEvent(1, { type: 'warning', text })]);
  expect(said).toBe('::warning title=hostwright::a%0A::set-env name=X::y\n');
});

test('drift is named once for a declaration, with its hosts', () => {
  const steps = ['a', 'b'].map((host) => sampleStep(host, 'File[/x]', updates()));
  const events = [
    sampleEvent(1, { type: 'run.started', verb: 'verify', hosts: ['a', 'b'] }),
    sampleEvent(2, { type: 'plan.ready', plan: samplePlan(steps) }),
  ];
  expect(renderAnnotations(events)).toBe(
    '::warning file=mail.ts,line=12,title=Drift on a%2C b::File[/x] differs.\n',
  );
});

test('the summary has a row for each host, and neither markup of hosts nor an open fence', () => {
  const text = renderGithubSummary(sampleApply());
  expect(text).toContain('## ❌ hostwright apply: 3 hosts, 5.1 s');
  expect(text).toContain('| web2 | 1 | 1 | 0 | 1 |');
  expect(text).toContain('| db1 (not reached) | 0 | 0 | 0 | 0 |');
  expect(text.replaceAll(/^```[\s\S]*?^```$/gm, '')).not.toContain('<script');
});
