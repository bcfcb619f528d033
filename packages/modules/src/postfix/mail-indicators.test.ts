import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MailFigures } from './mail-figures.ts';
import { type MailLimits, mailIndicators, spanText } from './mail-indicators.ts';

const limits: MailLimits = {
  windowMinutes: 10,
  queueMax: 100,
  ratePerMinuteMin: 100,
  deliverySecondsMax: 300,
  deliveredPercentMin: 95,
  bouncePercentMax: 1,
};
const now = 60_000;
const quiet: MailFigures = {
  now,
  queue: { total: 0, putOff: 0, held: 0, oldest: 0, late: 0, reasons: [] },
  sent: 0,
  bounced: 0,
  deferrals: 0,
  refused: 0,
  stopped: 0,
  minutes: new Map(),
  took: [],
  filtered: new Map(),
};

function indicators(figures: Partial<MailFigures>) {
  const all = mailIndicators({ ...quiet, ...figures }, limits);
  return Object.fromEntries(all.map((indicator) => [indicator.name, indicator]));
}

/** Minutes before now, each with what came in and what left. */
function minutes(...pairs: readonly (readonly [accepted: number, finished: number])[]) {
  return new Map(
    pairs.map(([accepted, finished], index) => [
      now / 60 - pairs.length + index,
      { accepted, finished, left: finished },
    ]),
  );
}

test('a quiet host is no fault', () => {
  const found = indicators({});
  expect(Object.values(found).map(({ verdict }) => verdict)).toEqual([
    'good',
    'idle',
    'idle',
    'idle',
  ]);
  expect(found.rate).toMatchObject({ value: null, series: Array(11).fill(0) });
});

test('the queue says what it waits for', () => {
  const reasons = [{ count: 90, text: 'Connection refused' }];
  const queue = { total: 100, putOff: 90, held: 2, oldest: 4000, late: 0, reasons };
  expect(indicators({ queue }).queue).toMatchObject({
    value: 100,
    verdict: 'bad',
    notes: ['90 put off, 2 on hold, the oldest for 67 min.', '90 ×: Connection refused'],
  });
});

test('the rate is that of busy minutes, also of those in which a burst is worked off', () => {
  expect(
    indicators({ minutes: minutes([3, 3], [400, 150], [0, 130], [0, 120], [2, 2]) }).rate,
  ).toMatchObject({ value: 130, verdict: 'good' });
  expect(indicators({ minutes: minutes([400, 40], [0, 45], [0, 50]) }).rate).toMatchObject({
    value: 45,
    verdict: 'bad',
  });
  expect(indicators({ minutes: minutes([99, 99], [99, 99]) }).rate?.verdict).toBe('idle');
});

test('what still waits counts as late: a host that delivers nothing any more is not quick', () => {
  const queue = { ...quiet.queue, total: 10, late: 10 };
  const took = [{ seconds: 0.4, count: 90 }];
  expect(indicators({ sent: 90, took, queue }).delivery).toMatchObject({
    value: 90,
    verdict: 'bad',
    notes: ['90 recipients, 95 % of them in 0.4 s.', '10 still wait and count as late.'],
  });
  expect(indicators({ sent: 90, took }).delivery).toMatchObject({ value: 100, verdict: 'good' });
});

test('one bounce of ten says nothing, ten of a thousand do', () => {
  expect(indicators({ sent: 9, bounced: 1 }).bounces).toMatchObject({
    value: 10,
    verdict: 'idle',
    notes: ['1 of 10 recipients.', 'Too few to judge.'],
  });
  expect(indicators({ sent: 990, bounced: 10 }).bounces?.verdict).toBe('bad');
  expect(indicators({ sent: 991, bounced: 9 }).bounces?.verdict).toBe('good');
});

test('the share in time falls as deliveries take longer, and stays a percentage', () => {
  const times = fc.array(
    fc.record({ seconds: fc.nat(9000), count: fc.integer({ min: 1, max: 50 }) }),
  );
  fc.assert(
    fc.property(times, fc.nat(500), (took, later) => {
      const sent = took.reduce((sum, { count }) => sum + count, 0);
      const slower = took.map(({ seconds, count }) => ({ seconds: seconds + later, count }));
      const value = indicators({ sent, took }).delivery?.value ?? 100;
      const after = indicators({ sent, took: slower }).delivery?.value ?? 100;
      expect(after).toBeLessThanOrEqual(value);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(100);
    }),
  );
});

test('spans of time for people', () => {
  expect([0.44, 44, 600, 8000, 200_000].map(spanText)).toEqual([
    '0.4 s',
    '44 s',
    '10 min',
    '2 h',
    '2 d',
  ]);
});
