import { expect, test } from '@jest/globals';
import type { RunEvent } from '../model/event.ts';
import {
  aptFailed,
  creates,
  noAnswer,
  samplePlan,
  sampleResult,
  sampleStep,
} from '../testing/sample-plan.ts';
import { handClock, sampleEvent } from '../testing/sample-run.ts';
import { plainReporter } from './plain-reporter.ts';

function logged(isVerbose = false) {
  let text = '';
  const clock = handClock();
  const stream = { write: (more: string) => (text += more) };
  const reporter = plainReporter({ stream, clock, isVerbose });
  const send = (events: readonly RunEvent[]) => {
    for (const event of events) reporter.onEvent(event);
  };
  return { clock, reporter, send, text: () => text };
}

const steps = [sampleStep('mx1', 'Package[postfix]', creates)];
const ids = ['mx1/Package[postfix]'];
const begun: readonly RunEvent[] = [
  sampleEvent(1000, { type: 'run.started', verb: 'apply', hosts: ['mx1', 'db1'] }),
  sampleEvent(1000, { type: 'host.connecting', host: 'mx1' }),
  sampleEvent(1100, { type: 'host.unreachable', host: 'db1', error: noAnswer }),
  sampleEvent(1200, { type: 'host.probed', host: 'mx1', resources: 1, ms: 100 }),
  sampleEvent(1300, { type: 'plan.ready', plan: samplePlan(steps) }),
  sampleEvent(1400, { type: 'step.started', host: 'mx1', kind: 'Package', ids }),
  sampleEvent(2000, {
    type: 'step.output',
    host: 'mx1',
    kind: 'Package',
    text: '10%\r\x1b[1m99%\x1b[0m',
  }),
];

test('one line for each event that matters', () => {
  const { send, text } = logged();
  const failed = sampleResult('mx1', 'File[/a]', { result: 'failed', error: aptFailed });
  send([
    ...begun,
    sampleEvent(5600, {
      type: 'step.finished',
      step: sampleResult('mx1', 'Package[postfix]', { result: 'changed' }),
    }),
    sampleEvent(5600, {
      type: 'step.finished',
      step: sampleResult('mx1', 'Package[dovecot]', { result: 'ok' }),
    }),
    sampleEvent(5700, { type: 'step.finished', step: failed }),
    sampleEvent(5800, { type: 'warning', text: 'The clock of mx1 is 40 s late.' }),
    sampleEvent(5900, { type: 'host.verified', host: 'mx1', different: 1 }),
    sampleEvent(6000, { type: 'run.finished', hosts: [], ms: 5000 }),
  ]);
  expect(text()).toBe(`   0.0s  apply on 2 hosts: mx1, db1
   0.1s  db1  ✘ No answer from 192.0.2.7 port 22 in 20 s.
   0.3s  plan  1 to create
   4.6s  mx1  + Package[postfix]  4.2 s
   4.7s  mx1  ✘ File[/a]  The command failed with exit code 100.  4.2 s
   4.8s  ! The clock of mx1 is 40 s late.
   4.9s  mx1  ✘ 1 resource still different when read again after the changes
   5.0s  finished in 5.0 s
`);
});

test('the output of steps is shown when it is asked for, as a terminal would show it', () => {
  const { send, text } = logged(true);
  send(begun);
  expect(text()).toContain('   1.0s  mx1  │ 99%\n');
});

test('a step that takes long is named once a minute', () => {
  const { send, clock, reporter, text } = logged();
  send(begun);
  clock.set(31_000);
  expect(text()).not.toContain('…');
  clock.set(91_000);
  expect(text()).toContain('  90.0s  mx1  … Package[postfix]  1 min 29 s\n');
  reporter.close();
  expect(clock.isStopped()).toBe(true);
});
