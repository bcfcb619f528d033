import {
  answeredCodes,
  type HostSummary,
  type Outcome,
  type ResultName,
} from '../model/outcome.ts';
import { cutToWidth } from './display-width.ts';
import { durationText } from './duration.ts';
import { failureLines } from './failure-lines.ts';
import { countOf } from './labels.ts';
import { type Layout, layoutOf, type RenderOptions } from './layout.ts';
import {
  blank,
  type Line,
  line,
  paint,
  type Span,
  span,
  type Tone,
  widthOf,
} from './styled-line.ts';
import { type Column, tableLines } from './table.ts';

export interface SummaryOptions extends RenderOptions {
  /** Milliseconds that each host took, where that was measured. */
  readonly hostMs?: ReadonlyMap<string, number>;
}

/** Hosts with a row each; of more, those with problems have one. */
const rowsMax = 20;

const hostWidthMax = 32;

/**
 * What an apply did: what went wrong and what to do about it, a row for each host, and one closing sentence.
 * @example process.stdout.write(renderSummary(outcome, { width: 80, isColor: true }));
 */
export function renderSummary(outcome: Outcome, options: SummaryOptions = {}): string {
  const lines = summaryLines(outcome, layoutOf(options), options.hostMs);
  return paint(lines, options.isColor ?? false);
}

function summaryLines(
  outcome: Outcome,
  layout: Layout,
  hostMs?: ReadonlyMap<string, number>,
): readonly Line[] {
  const table = outcome.hosts.length === 0 ? [] : [...hostTable(outcome, layout, hostMs), blank];
  return [...failureLines(outcome, layout), ...table, closingLine(outcome)];
}

const results: readonly { readonly name: ResultName; readonly tone: Tone }[] = [
  { name: 'ok', tone: 'plain' },
  { name: 'changed', tone: 'update' },
  { name: 'failed', tone: 'bad' },
  { name: 'skipped', tone: 'unknown' },
  { name: 'unreachable', tone: 'bad' },
];

function hostTable(
  { hosts }: Outcome,
  { isVerbose, width }: Layout,
  hostMs: ReadonlyMap<string, number> | undefined,
): readonly Line[] {
  const isShort = isVerbose || hosts.length <= rowsMax;
  const shown = isShort ? hosts : hosts.filter(hasProblem).slice(0, rowsMax);
  const rest = hosts.filter((host) => !shown.includes(host));
  const others = shown.length === 0 ? 'all' : 'other';
  const rows = [
    ...shown.map((host) => rowOf(host.host, [host], hostMs)),
    ...(rest.length === 0
      ? []
      : [rowOf(`${others} ${countOf(rest.length, 'host')}`, rest, hostMs)]),
  ];
  return fitting(columnsOf(hostMs), rows, width);
}

/** Columns that a narrow terminal does without, in this order: the others say what happened. */
const spare = ['round trips', 'resources', 'time'];

function fitting(
  columns: readonly Column[],
  rows: readonly (readonly Span[])[],
  width: number,
  without = 0,
): readonly Line[] {
  const lines = tableLines(columns, rows);
  const name = spare[without];
  if (name === undefined || lines.every((each) => widthOf(each) <= width)) return lines;
  const left = columns.findIndex(({ title }) => title.text === name);
  const keep = <Cell>(cells: readonly Cell[]) => cells.filter((_, index) => index !== left);
  return fitting(keep(columns), rows.map(keep), width, without + 1);
}

function hasProblem(host: HostSummary): boolean {
  return isLost(host) || host.counts.failed + host.counts.skipped > 0;
}

function columnsOf(hostMs: ReadonlyMap<string, number> | undefined): readonly Column[] {
  const titles = ['resources', ...results.map(({ name }) => name), 'round trips'];
  const all = hostMs === undefined ? titles : [...titles, 'time'];
  return [
    { title: span('host', 'dim'), align: 'left' },
    ...all.map((title) => ({ title: span(title, 'dim'), align: 'right' as const })),
  ];
}

function rowOf(
  name: string,
  hosts: readonly HostSummary[],
  hostMs: ReadonlyMap<string, number> | undefined,
): readonly Span[] {
  const [first] = hosts;
  const note = hosts.length === 1 && first?.isReadOnly ? ' (read only)' : '';
  const own = cutToWidth(name, hostWidthMax - note.length) + note;
  const title = span(own, hosts.some(isLost) ? 'bad' : 'strong');
  if (hosts.length === 1 && first !== undefined && isLost(first) && resourcesOf(first) === 0) {
    return [title, ...unknownCells(hostMs)];
  }
  const sum = (read: (host: HostSummary) => number) =>
    hosts.reduce((total, host) => total + read(host), 0);
  const longest = Math.max(...hosts.map(({ host }) => hostMs?.get(host) ?? 0));
  return [
    title,
    cell(sum(resourcesOf), 'plain'),
    ...results.map(({ name: result, tone }) =>
      cell(
        sum(({ counts }) => counts[result]),
        tone,
      ),
    ),
    cell(
      sum(({ roundTrips }) => roundTrips),
      'plain',
    ),
    ...(hostMs === undefined ? [] : [span(durationText(longest), 'dim')]),
  ];
}

function resourcesOf({ counts }: HostSummary): number {
  return results.reduce((total, { name }) => total + counts[name], 0);
}

function isLost({ error, counts }: HostSummary): boolean {
  return error !== undefined || counts.unreachable > 0;
}

function isUnreachable(host: HostSummary): boolean {
  const { error } = host;
  const hasAnswered = error !== undefined && answeredCodes.includes(error.code);
  return isLost(host) && !isLocked(host) && !hasAnswered;
}

function isLocked({ error }: HostSummary): boolean {
  return error?.code === 'LOCK_HELD';
}

/** A host that was never read: nothing is known but that. */
function unknownCells(hostMs: ReadonlyMap<string, number> | undefined): readonly Span[] {
  const none = span('–', 'dim');
  const cells = results.map(({ name }) => (name === 'unreachable' ? span('yes', 'bad') : none));
  return [none, ...cells, none, ...(hostMs === undefined ? [] : [none])];
}

function cell(count: number, tone: Tone): Span {
  return span(count.toLocaleString('en-US'), count === 0 ? 'dim' : tone);
}

function closingLine({ hosts, isConverged, ms }: Outcome): Line {
  const count = (result: ResultName) =>
    hosts.reduce((total, host) => total + host.counts[result], 0);
  const changed = count('changed');
  const ok = count('ok');
  const where = `on ${countOf(hosts.length, 'host')} in ${durationText(ms)}`;
  if (isConverged && changed === 0) {
    return line(span('No changes.', 'good'), ` ${countOf(ok, 'resource')} as declared, ${where}.`);
  }
  if (isConverged) {
    const done = `${changed} changed, ${ok} ok, ${where}`;
    return line(span('Applied and verified.', 'good'), ` ${done}.`);
  }
  const hostsWhere = (isSo: (host: HostSummary) => boolean, what: string) => {
    const number = hosts.filter(isSo).length;
    return [number, `host${number === 1 ? '' : 's'} ${what}`] as const;
  };
  const problems = [
    [count('failed'), 'failed'],
    [count('skipped'), 'skipped'],
    hostsWhere(isUnreachable, 'unreachable'),
    hostsWhere(isLocked, 'held by another run'),
    hostsWhere(({ isNotAttempted }) => isNotAttempted === true, 'not attempted'),
  ] as const;
  const said = problems
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`);
  const rest = `${changed} changed, ${ok} ok, ${where}`;
  return line(span('Not done:', 'bad'), ` ${said.join(', ')}; ${rest}.`);
}
