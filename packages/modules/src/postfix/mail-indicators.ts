import type { Indicator, IndicatorVerdict } from '@hostwright/core';
import type { MailFigures } from './mail-figures.ts';

/** What is wanted of a mail host. */
export interface MailLimits {
  readonly windowMinutes: number;
  readonly queueMax: number;
  readonly ratePerMinuteMin: number;
  readonly deliverySecondsMax: number;
  readonly deliveredPercentMin: number;
  readonly bouncePercentMax: number;
}

/** Fewer outcomes than this say nothing about a share. */
const sampleMin = 20;

/** The four indicators of a mail host: queue, rate, delivery time, bounces. */
export function mailIndicators(figures: MailFigures, limits: MailLimits): readonly Indicator[] {
  return [
    queueIndicator(figures, limits),
    rateIndicator(figures, limits),
    deliveryIndicator(figures, limits),
    bounceIndicator(figures, limits),
  ];
}

function queueIndicator({ queue }: MailFigures, { queueMax }: MailLimits): Indicator {
  const { total, putOff, held, oldest, reasons } = queue;
  const waiting = [
    ...(putOff > 0 ? [`${putOff} put off`] : []),
    ...(held > 0 ? [`${held} on hold`] : []),
    ...(total > 0 ? [`the oldest for ${spanText(oldest)}`] : []),
  ];
  return {
    name: 'queue',
    title: 'messages in the queue',
    value: total,
    unit: 'messages',
    wanted: `< ${queueMax}`,
    verdict: total < queueMax ? 'good' : 'bad',
    notes: [
      ...(waiting.length > 0 ? [`${waiting.join(', ')}.`] : []),
      ...reasons.map(({ count, text }) => `${count} ×: ${text}`),
    ],
  };
}

/**
 * Messages that leave the queue in a busy minute. Busy is one in which at least so many come in or leave, or wait for their
 * first try: only then does the figure say what the host can do.
 */
function rateIndicator(figures: MailFigures, limits: MailLimits): Indicator {
  const { ratePerMinuteMin: wanted, windowMinutes } = limits;
  const last = Math.floor(figures.now / 60);
  const series: number[] = [];
  const busy: number[] = [];
  let waiting = 0;
  for (let minute = last - windowMinutes; minute <= last; minute++) {
    const { accepted = 0, finished = 0, left = 0 } = figures.minutes.get(minute) ?? {};
    series.push(finished);
    const isBusy = Math.max(accepted, finished, waiting + accepted - left) >= wanted;
    // The last minute is not over.
    if (isBusy && minute < last) busy.push(finished);
    // What was there before the window leaves without having come.
    waiting = Math.max(0, waiting + accepted - left);
  }
  const value = median(busy);
  const most = Math.max(...series);
  return {
    name: 'rate',
    title: 'messages a minute while busy',
    value,
    unit: 'messages/min',
    wanted: `≥ ${wanted}`,
    verdict: value === null ? 'idle' : value >= wanted ? 'good' : 'bad',
    notes:
      value === null
        ? [`No minute was busy; at most ${most} messages in one.`]
        : [`${busy.length} busy minutes; at most ${most} messages in one.`],
    series,
  };
}

function deliveryIndicator(figures: MailFigures, limits: MailLimits): Indicator {
  const { deliverySecondsMax, deliveredPercentMin } = limits;
  const { sent, took, queue } = figures;
  // Without those that still wait, a host that delivers nothing any more would look quick.
  const all = sent + queue.late;
  const inTime = took.reduce(
    (sum, { seconds, count }) => sum + (seconds <= deliverySecondsMax ? count : 0),
    0,
  );
  const value = all === 0 ? null : percent(inTime, all);
  const slowest = percentile(took, 0.95);
  return {
    name: 'delivery',
    title: `delivered within ${spanText(deliverySecondsMax)}`,
    value,
    unit: '%',
    wanted: `≥ ${deliveredPercentMin}`,
    verdict: verdictOfShare(value, all, (share) => share >= deliveredPercentMin),
    notes: [
      ...(slowest === null ? [] : [`${sent} recipients, 95 % of them in ${spanText(slowest)}.`]),
      ...(queue.late > 0 ? [`${queue.late} still wait and count as late.`] : []),
      ...fewNote(all),
    ],
  };
}

function bounceIndicator(figures: MailFigures, { bouncePercentMax }: MailLimits): Indicator {
  const { sent, bounced, deferrals, refused, stopped, filtered } = figures;
  const all = sent + bounced;
  const value = all === 0 ? null : percent(bounced, all);
  const unchecked = filtered.get('Passed UNCHECKED') ?? 0;
  const beside = [
    ...(deferrals > 0 ? [`${deferrals} tries put off`] : []),
    ...(refused > 0 ? [`${refused} refused at the door`] : []),
    ...(stopped > 0 ? [`${stopped} stopped by the filter`] : []),
  ];
  return {
    name: 'bounces',
    title: 'bounced',
    value,
    unit: '%',
    wanted: `< ${bouncePercentMax}`,
    verdict: verdictOfShare(value, all, (share) => share < bouncePercentMax),
    notes: [
      ...(bounced > 0 ? [`${bounced} of ${all} recipients.`] : []),
      ...(beside.length > 0 ? [`Beside that ${beside.join(', ')}.`] : []),
      ...(unchecked > 0 ? [`${unchecked} messages passed the filter unchecked.`] : []),
      ...fewNote(all),
    ],
  };
}

function verdictOfShare(
  value: number | null,
  sample: number,
  isGood: (value: number) => boolean,
): IndicatorVerdict {
  if (value === null) return 'idle';
  if (isGood(value)) return 'good';
  return sample < sampleMin ? 'idle' : 'bad';
}

function fewNote(sample: number): readonly string[] {
  return sample > 0 && sample < sampleMin ? ['Too few to judge.'] : [];
}

function percent(part: number, all: number): number {
  return Math.round((part / all) * 1000) / 10;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function percentile(took: MailFigures['took'], share: number): number | null {
  const wanted = share * took.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { seconds, count } of took) {
    seen += count;
    if (seen >= wanted) return seconds;
  }
  return null;
}

/** Seconds for people. */
export function spanText(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} d`;
}
