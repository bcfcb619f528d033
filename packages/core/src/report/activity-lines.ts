import type { StepResult } from '../model/outcome.ts';
import { cutToWidth, displayWidth, padToWidth } from './display-width.ts';
import { durationText } from './duration.ts';
import { fittingOf, identityOf } from './labels.ts';
import { signOf } from './plan-step-lines.ts';
import { cutLine, type Line, line, type Span, span, widthOf } from './styled-line.ts';
import { visibleText } from './visible-text.ts';

/** Columns of a host's name in progress; the rest of a longer one is cut. */
const hostWidthMax = 20;

/** Where a line of progress goes. */
export interface ActivityPlace {
  readonly width: number;
  /** Columns of the host names. */
  readonly hostWidth: number;
}

export function activityPlace(hosts: Iterable<string>, width: number): ActivityPlace {
  const longest = [...hosts].reduce((max, host) => Math.max(max, displayWidth(host)), 0);
  return { width, hostWidth: Math.min(hostWidthMax, longest) };
}

export function hostCell(host: string, { hostWidth }: ActivityPlace): Span {
  return span(padToWidth(cutToWidth(visibleText(host), hostWidth), hostWidth), 'strong');
}

/** What is worth a line of its own when it has happened: changes and failures, not what was fine before. */
export function isNews({ result }: StepResult): boolean {
  return result === 'changed' || result === 'failed';
}

/**
 * Finished steps as lines. Those of one batch stand on one line: a command that installed twelve packages is one piece
 * of news. `mx1  + Package[postfix, dovecot-imapd]  4.2 s`
 */
export function finishedLines(
  results: readonly StepResult[],
  place: ActivityPlace,
): readonly Line[] {
  const batches = Map.groupBy(results.filter(isNews), (step) =>
    JSON.stringify([
      step.host,
      step.kind,
      step.result,
      signOf(step.verdict).sign,
      step.error?.problem,
    ]),
  );
  return [...batches.values()].map((batch) => batchLine(batch, place));
}

function batchLine(batch: readonly StepResult[], place: ActivityPlace): Line {
  const [first] = batch;
  if (first === undefined) return [];
  const isFailed = first.result === 'failed';
  const { sign, tone } = isFailed
    ? ({ sign: '✘', tone: 'bad' } as const)
    : signOf(
        first.verdict.is === 'unknown'
          ? { is: 'refresh', notifiedBy: [], isCertain: true }
          : first.verdict,
      );
  const head = line(hostCell(first.host, place), '  ', span(sign, tone), ' ');
  const time = span(`  ${durationText(Math.max(...batch.map(({ ms }) => ms)))}`, 'dim');
  const reason = isFailed ? span(`  ${first.error?.problem ?? ''}`, 'bad') : span('');
  const room = place.width - widthOf(head) - widthOf([time]);
  const labelRoom = isFailed ? Math.max(20, Math.floor(room / 2)) : room;
  const text = batchText(first.kind, batch, labelRoom);
  return [...cutLine([...head, span(text), reason], place.width - widthOf([time])), time];
}

function batchText(kind: string, batch: readonly StepResult[], width: number): string {
  const names = batch.map(({ label }) => identityOf(label, kind));
  return cutToWidth(`${kind}[${fittingOf(names, width - kind.length - 2)}]`, width);
}

/** Ids `HOST/KIND[IDENTITY]` of one batch as `KIND[IDENTITY, IDENTITY and 3 more]`. */
export function idsText(host: string, kind: string, ids: readonly string[], width: number): string {
  const names = ids.map((id) => identityOf(id.slice(host.length + 1), kind));
  return cutToWidth(`${kind}[${fittingOf(names, width - kind.length - 2)}]`, width);
}
