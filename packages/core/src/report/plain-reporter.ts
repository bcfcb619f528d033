import type { RunEvent } from '../model/event.ts';
import {
  type ActivityPlace,
  activityPlace,
  finishedLines,
  hostCell,
  idsText,
} from './activity-lines.ts';
import { durationText, tickingText } from './duration.ts';
import { countOf, fittingOf } from './labels.ts';
import { outputLine } from './output-line.ts';
import { planCounts, planSentence } from './plan-counts.ts';
import { type Clock, type Reporter, type ReportStream, realClock } from './reporter.ts';
import { type Line, line, paint, span } from './styled-line.ts';

export interface PlainOptions {
  readonly stream: Pick<ReportStream, 'write'>;
  readonly isColor?: boolean;
  readonly width?: number;
  /** Shows the output of steps, line by line. */
  readonly isVerbose?: boolean;
  readonly clock?: Clock;
}

const widthDefault = 120;

/** A step that says nothing for this long is named, so that a log shows what a run is at. */
const reminderMs = 60_000;

/** One line for each event that matters, for logs and pipes: nothing moves, nothing is taken back. */
export function plainReporter(options: PlainOptions): Reporter {
  const { stream, isColor = false, width = widthDefault, isVerbose = false } = options;
  const clock = options.clock ?? realClock;
  /** By host and kind: a host may be at several at once. */
  const atWork = new Map<string, StepStarted>();
  let startedAt = clock.now();
  let place = activityPlace([], width);
  const write = (at: number, lines: readonly Line[]) => {
    const seconds = ((at - startedAt) / 1000).toFixed(1);
    const stamp = span(`${seconds.padStart(6)}s  `, 'dim');
    if (lines.length > 0)
      stream.write(
        paint(
          lines.map((own) => [stamp, ...own]),
          isColor,
        ),
      );
  };
  const stop = clock.every(reminderMs, () => {
    const now = clock.now();
    write(
      now,
      [...atWork.values()].flatMap((step) => reminderLines(step, now, place)),
    );
  });
  return {
    onEvent(event) {
      if (event.type === 'run.started') {
        startedAt = event.at;
        place = activityPlace(event.hosts, width);
      }
      if (event.type === 'step.started') atWork.set(`${event.host} ${event.kind}`, event);
      if (event.type === 'step.finished') atWork.delete(`${event.step.host} ${event.step.kind}`);
      if (isVerbose || event.type !== 'step.output') write(event.at, eventLines(event, place));
    },
    aside: (own) => own(),
    close: stop,
  };
}

type StepStarted = Extract<RunEvent, { type: 'step.started' }>;

/** What one event is worth in a log; nothing, for most. */
export function eventLines(event: RunEvent, place: ActivityPlace): readonly Line[] {
  switch (event.type) {
    case 'run.started':
      return [startedLine(event, place)];
    case 'host.locked':
    case 'host.unreachable':
      return [problemLine(event.host, event.error.problem, place)];
    case 'batch.started':
      return [batchLine(event, place)];
    case 'plan.ready':
      return [line(span('plan  ', 'strong'), ...planSentence(planCounts(event.plan)))];
    case 'step.output':
      return outputLines(event, place);
    case 'step.finished':
      return finishedLines([event.step], place);
    case 'host.verified':
      if (event.different === 0) return [];
      return [problemLine(event.host, differentText(event.different), place)];
    case 'warning':
      return [warningLine(event, place)];
    case 'run.finished':
      return [line(span('finished', 'strong'), ` in ${durationText(event.ms)}`)];
    default:
      return [];
  }
}

function differentText(different: number): string {
  return `${countOf(different, 'resource')} still different when read again after the changes`;
}

function outputLines(
  { host, text }: Extract<RunEvent, { type: 'step.output' }>,
  place: ActivityPlace,
): readonly Line[] {
  const shown = outputLine(text);
  if (shown.trim() === '') return [];
  return [line(hostCell(host, place), '  ', span(`│ ${shown}`, 'dim'))];
}

function problemLine(host: string, problem: string, place: ActivityPlace): Line {
  return line(hostCell(host, place), '  ', span('✘', 'bad'), ` ${problem}`);
}

function warningLine(
  { host, text }: Extract<RunEvent, { type: 'warning' }>,
  place: ActivityPlace,
): Line {
  const own = host === undefined ? [] : [hostCell(host, place), '  '];
  return line(...own, span('!', 'warning'), ` ${text}`);
}

function startedLine(
  { verb, hosts }: Extract<RunEvent, { type: 'run.started' }>,
  { width }: ActivityPlace,
): Line {
  const count = countOf(hosts.length, 'host');
  const names = fittingOf(hosts, width - 30);
  return line(span(verb, 'strong'), ` on ${count}${hosts.length === 0 ? '' : `: ${names}`}`);
}

function batchLine(
  { batch, of, hosts }: Extract<RunEvent, { type: 'batch.started' }>,
  { width }: ActivityPlace,
): Line {
  const names = fittingOf(hosts, width - 30);
  return line(span(`batch ${batch} of ${of}`, 'strong'), `: ${names}`);
}

function reminderLines(
  { host, kind, ids, at }: StepStarted,
  now: number,
  place: ActivityPlace,
): readonly Line[] {
  if (now - at < reminderMs) return [];
  const what = idsText(host, kind, ids, place.width - 40);
  const time = span(tickingText(now - at), 'dim');
  return [line(hostCell(host, place), '  ', span('…', 'dim'), ` ${what}  `, time)];
}
