import type { RunEvent } from '../model/event.ts';
import {
  aptFailed,
  creates,
  noAnswer,
  samplePlan,
  sampleResult,
  sampleStep,
  unchanged,
  updates,
} from './sample-plan.ts';
import { sampleEvent } from './sample-run.ts';

const nasty = '<script>alert("x")</script>';

/** An apply on three hosts, one of which does not answer, with a change, a failure, what was skipped for it, and a diff. */
export function sampleApply(): readonly RunEvent[] {
  const conf = updates(
    { field: 'content', from: 'listen 80\n', to: `listen 443 ${nasty}\n`, form: 'text' },
    { field: 'password', from: null, to: null, form: 'secret' },
  );
  const on = (host: string) => [
    sampleStep(host, 'Package[nginx]', creates),
    sampleStep(host, 'File[/etc/nginx.conf]', conf, [`${host}/Package[nginx]`]),
    sampleStep(host, 'Service[nginx]', unchanged, [`${host}/File[/etc/nginx.conf]`]),
  ];
  const steps = [...on('web1'), ...on('web2')];
  const because = 'web2/Package[nginx]';
  const results = [
    sampleResult('web1', 'Package[nginx]', { result: 'changed' }),
    sampleResult('web1', 'File[/etc/nginx.conf]', { result: 'changed', verdict: conf }),
    sampleResult('web2', 'Package[nginx]', { result: 'failed', error: aptFailed }),
    sampleResult('web2', 'File[/etc/nginx.conf]', { result: 'skipped', verdict: conf, because }),
  ];
  const ids = ['web1/Package[nginx]'];
  return [
    sampleEvent(1_000, { type: 'run.started', verb: 'apply', hosts: ['web1', 'web2', 'db1'] }),
    sampleEvent(1_000, { type: 'host.connecting', host: 'web1' }),
    sampleEvent(1_000, { type: 'host.connecting', host: 'db1' }),
    sampleEvent(3_000, { type: 'host.unreachable', host: 'db1', error: noAnswer }),
    sampleEvent(3_100, {
      type: 'plan.ready',
      plan: samplePlan(steps, [{ host: 'db1', error: noAnswer }]),
    }),
    sampleEvent(3_200, { type: 'step.started', host: 'web1', kind: 'Package', ids }),
    ...results.map((step, index) => sampleEvent(5_000 + index, { type: 'step.finished', step })),
    sampleEvent(6_000, { type: 'host.verified', host: 'web1', different: 0 }),
    sampleEvent(6_000, { type: 'warning', host: 'web1', text: 'The clock is late.' }),
    sampleEvent(6_100, { type: 'run.finished', hosts: [], ms: 5_100 }),
  ];
}
