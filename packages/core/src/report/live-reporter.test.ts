import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { aptFailed, sampleResult } from '../testing/sample-plan.ts';
import { handClock, sampleEvent } from '../testing/sample-run.ts';
import { liveReporter } from './live-reporter.ts';

function screen() {
  const stream = Object.assign(new PassThrough(), { columns: 60, rows: 20 });
  const clock = handClock();
  return {
    clock,
    reporter: liveReporter({ stream, clock }),
    read: (): string => stream.read()?.toString() ?? '',
  };
}

const started = sampleEvent(1000, { type: 'run.started', verb: 'apply', hosts: ['mx1'] });

test('a short run draws nothing that moves', () => {
  const { clock, reporter, read } = screen();
  reporter.onEvent(started);
  clock.set(1100);
  reporter.close();
  expect(read()).toBe('');
  expect(clock.isStopped()).toBe(true);
});

test('changes and failures scroll above what moves, one line for each batch', () => {
  const { clock, reporter, read } = screen();
  reporter.onEvent(started);
  clock.set(2000);
  expect(read()).toContain('apply');
  const steps = [
    sampleResult('mx1', 'Package[a]', { result: 'changed' }),
    sampleResult('mx1', 'Package[b]', { result: 'changed' }),
    sampleResult('mx1', 'Package[c]', { result: 'ok' }),
    sampleResult('mx1', 'Service[d]', { result: 'failed', error: aptFailed }),
  ];
  for (const step of steps) reporter.onEvent(sampleEvent(2000, { type: 'step.finished', step }));
  reporter.close();
  const text = read();
  expect(text).toContain('mx1  + Package[a, b]  4.2 s\n');
  expect(text).toContain('mx1  ✘ Service[d]  The command failed with exit cod…  4.2 s\n');
});

test('what others print comes between what moves', () => {
  const { clock, reporter, read } = screen();
  reporter.onEvent(started);
  clock.set(2000);
  read();
  reporter.aside(() => expect(read()).toContain('\x1b[2K'));
  clock.set(2200);
  expect(read()).toContain('apply');
});
