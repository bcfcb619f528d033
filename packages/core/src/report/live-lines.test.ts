import { expect, test } from '@jest/globals';
import type { RunEvent } from '../model/event.ts';
import { creates, noAnswer, samplePlan, sampleResult, sampleStep } from '../testing/sample-plan.ts';
import { sampleEvent } from '../testing/sample-run.ts';
import { liveLines } from './live-lines.ts';
import { initialState, nextState } from './run-state.ts';
import { paint } from './styled-line.ts';

function shown(events: readonly RunEvent[], now: number, rows = 24, columns = 80): string {
  return paint(liveLines(nextState(initialState, events), { now, rows, columns }), false);
}

const labels = ['Package[postfix]', 'Package[dovecot]', 'Service[postfix]'];

/** Begins at 1 s: at 0 nothing has begun. */
function applying(hosts: readonly string[]): readonly RunEvent[] {
  const steps = hosts.flatMap((host) => labels.map((label) => sampleStep(host, label, creates)));
  return [
    sampleEvent(1000, { type: 'run.started', verb: 'apply', hosts }),
    ...hosts.map((host) => sampleEvent(1000, { type: 'host.connecting', host })),
    sampleEvent(2000, { type: 'plan.ready', plan: samplePlan(steps) }),
    ...hosts.map((host) =>
      sampleEvent(3000, {
        type: 'step.started',
        host,
        kind: 'Package',
        ids: [`${host}/Package[postfix]`, `${host}/Package[dovecot]`],
      }),
    ),
  ];
}

test('while hosts are read, those that take long have a lane', () => {
  const events = [
    sampleEvent(1000, { type: 'run.started', verb: 'plan', hosts: ['mx1', 'mx2', 'db1'] }),
    sampleEvent(1000, { type: 'host.connecting', host: 'mx1' }),
    sampleEvent(1000, { type: 'host.connecting', host: 'mx2' }),
    sampleEvent(1100, { type: 'host.unreachable', host: 'db1', error: noAnswer }),
    sampleEvent(1200, { type: 'host.probed', host: 'mx2', resources: 3, ms: 100 }),
  ];
  expect(shown(events, 1300)).toBe('\n⠋ plan  0 s · read 1 of 3 hosts · 1 unreachable\n');
  expect(shown(events, 5300)).toBe(`
mx1  connecting  4 s

⠼ plan  4 s · read 1 of 3 hosts · 1 unreachable
`);
});

test('a lane says what runs, how long, and what it printed last', () => {
  const text = '\x1b[32mUnpacking postfix\x1b]0;evil\x07 (3.7.11) …';
  const events = [
    ...applying(['mx1']),
    sampleEvent(5000, { type: 'step.output', host: 'mx1', kind: 'Package', text }),
  ];
  expect(shown(events, 15_000)).toBe(`
mx1  0/3  Package[postfix, dovecot]  12 s
     │ Unpacking postfix (3.7.11) …

⠴ apply  14 s · 0 of 3 resources
`);
});

test('batches at work beside each other share a lane; the time is that of the oldest', () => {
  const beside = { host: 'mx1', kind: 'User', ids: ['mx1/User[vmail]'] };
  const done = labels.map((label) => sampleResult('mx1', label, { result: 'changed' }));
  const events = [
    ...applying(['mx1']),
    sampleEvent(5000, { type: 'step.started', ...beside }),
    ...done.slice(0, 2).map((step) => sampleEvent(8000, { type: 'step.finished', step })),
  ];
  expect(shown(events.slice(0, -2), 6000)).toContain(
    'mx1  0/3  Package[postfix, dovecot], User[vmail]  3 s',
  );
  expect(shown(events, 9000)).toContain('mx1  2/3  User[vmail]  4 s');
});

test('results count, and a host that changed is read again at the end', () => {
  const results = labels.map((label) => sampleResult('mx1', label, { result: 'changed' }));
  const events = [
    ...applying(['mx1', 'mx2']),
    ...results.map((step) => sampleEvent(4000, { type: 'step.finished', step })),
  ];
  expect(shown(events.slice(0, -1), 6000)).toContain('mx2  0/3  Package[postfix, dovecot]  3 s');
  expect(shown(events, 6000)).toContain('mx1  3/3  verifying  2 s');
  const done = [...events, sampleEvent(6000, { type: 'host.verified', host: 'mx1', different: 0 })];
  expect(shown(done, 6000)).toContain('· 3 of 6 resources · 3 changed · 1 of 2 hosts done\n');
});

test('a hundred hosts take no more than half the screen', () => {
  const hosts = Array.from({ length: 100 }, (_, index) => `web${index + 1}`);
  const lines = shown(applying(hosts), 9000).split('\n');
  expect(lines.length).toBeLessThanOrEqual(14);
  expect(lines.slice(-5)).toEqual([
    'web9    0/3  Package[postfix, dovecot]  6 s',
    'and 91 more at work',
    '',
    '⠴ apply  8 s · 0 of 300 resources · 0 of 100 hosts done',
    '',
  ]);
});

test('an estimate from earlier runs stands at the end', () => {
  const state = nextState(initialState, applying(['mx1', 'mx2']));
  const screen = { now: 9000, rows: 24, columns: 100, earlier: { Package: 200_000 } };
  const text = paint(liveLines(state, screen), false);
  expect(text).toContain('· 0 of 2 hosts done · about 3 min left\n');
});

test('what is narrow shows what matters most: progress, failures and what is left', () => {
  const results = [
    sampleResult('mx1', 'Package[postfix]', { result: 'changed' }),
    sampleResult('mx1', 'Package[dovecot]', { result: 'failed', error: noAnswer }),
    sampleResult('mx1', 'Service[postfix]', { result: 'skipped' }),
  ];
  const events = [
    ...applying(['mx1', 'mx2', 'mx3']),
    ...results.map((step) => sampleEvent(4000, { type: 'step.finished', step })),
  ];
  const state = nextState(initialState, events);
  const status = (columns: number) => {
    const screen = { now: 9000, rows: 24, columns, earlier: { Package: 200_000 } };
    return paint(liveLines(state, screen).slice(-1), false).trimEnd();
  };
  expect(status(120)).toBe(
    '⠴ apply  8 s · 3 of 9 resources · 1 changed · 1 failed · 1 skipped · 0 of 3 hosts done · about 3 min left',
  );
  expect(status(90)).toBe(
    '⠴ apply  8 s · 3 of 9 resources · 1 failed · 0 of 3 hosts done · about 3 min left',
  );
  expect(status(70)).toBe('⠴ apply  8 s · 3 of 9 resources · 1 failed · about 3 min left');
  expect(status(30)).toBe('⠴ apply  8 s · 3 of 9 resour…');
});

test('no line is wider than the terminal', () => {
  const event = {
    type: 'step.output',
    host: 'mx1',
    kind: 'Package',
    text: 'x'.repeat(500),
  } as const;
  const text = shown([...applying(['mx1']), sampleEvent(4000, event)], 9000, 24, 40);
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(40);
});
