import { type ActivityPlace, activityPlace, hostCell, idsText } from './activity-lines.ts';
import { roughText, tickingText } from './duration.ts';
import { countOf } from './labels.ts';
import type { Lane, RunState } from './run-state.ts';
import { blank, cutLine, type Line, line, type Span, span, widthOf } from './styled-line.ts';
import { type KindTimes, timeLeft } from './time-left.ts';

export interface Screen {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** What earlier runs took; nothing is guessed where it is left out. */
  readonly earlier?: KindTimes;
}

/** Shorter work is not worth the eye's while: no lane for it, no line of its output. */
const laneDelayMs = 500;
const tailDelayMs = 2_000;

/** Lines of the lanes together; the upper half of the screen stays with what has happened. */
const linesMax = 16;

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;

/** The moving part of the screen: a lane for each host at work, and one line for the whole run. */
export function liveLines(state: RunState, screen: Screen): readonly Line[] {
  const width = screen.columns - 1;
  const place = activityPlace(state.lanes.keys(), width);
  const lanes = laneLines(state, screen, place);
  const status = statusLine(state, screen, width);
  return [...(lanes.length === 0 ? [] : [blank, ...lanes]), blank, status];
}

function laneLines(state: RunState, screen: Screen, place: ActivityPlace): readonly Line[] {
  const atWork = [...state.lanes.values()].filter((lane) => isAtWork(lane, screen.now));
  const room = Math.max(1, Math.min(linesMax, Math.floor(screen.rows / 2) - 3));
  const shown = new Set(atWork.toSorted((a, b) => a.since - b.since).slice(0, room));
  const tailRoom = room - shown.size;
  const withTail = new Set(
    [...shown].filter((lane) => hasTail(lane, screen.now)).slice(0, tailRoom),
  );
  const left = atWork.length - shown.size;
  return [
    ...atWork
      .filter((lane) => shown.has(lane))
      .flatMap((lane) => [
        laneLine(lane, screen.now, place),
        ...(withTail.has(lane) ? [tailLine(lane, place)] : []),
      ]),
    ...(left === 0 ? [] : [line(span(`and ${left} more at work`, 'dim'))]),
  ];
}

function isAtWork({ phase, since }: Lane, now: number): boolean {
  const isBusy =
    phase === 'connecting' || phase === 'reading' || phase === 'applying' || phase === 'verifying';
  return isBusy && now - since >= laneDelayMs;
}

function hasTail({ batches, tail, since }: Lane, now: number): boolean {
  return batches.length > 0 && tail !== '' && now - since >= tailDelayMs;
}

function laneLine(lane: Lane, now: number, place: ActivityPlace): Line {
  const time = span(tickingText(now - lane.since), 'dim');
  const progress =
    lane.total === 0
      ? ''
      : `${String(lane.finished).padStart(String(lane.total).length)}/${lane.total}  `;
  const head = line(hostCell(lane.host, place), '  ', span(progress, 'dim'));
  const room = place.width - widthOf(head) - widthOf([time]) - 2;
  const atWork = lane.batches.map(({ kind, ids }) => idsText(lane.host, kind, ids, room));
  const what = span(atWork.length === 0 ? lane.phase : atWork.join(', '), 'refresh');
  return [...cutLine([...head, what], place.width - widthOf([time]) - 2), span('  '), time];
}

function tailLine({ tail }: Lane, { hostWidth, width }: ActivityPlace): Line {
  return cutLine(line(' '.repeat(hostWidth + 2), span(`│ ${tail}`, 'dim')), width);
}

/** A part of the status line. Where the line is too narrow, the least of the ranks is left out first. */
interface Part {
  readonly rank: number;
  readonly what: Span;
}

function statusLine(state: RunState, { now, earlier = {} }: Screen, width: number): Line {
  const frame = frames[Math.floor(now / frameMs) % frames.length] ?? '';
  const time = span(tickingText(Math.max(0, now - state.startedAt)), 'dim');
  const isApplying = state.isPlanned && state.verb === 'apply';
  const left = isApplying ? timeLeft(state, earlier, now) : undefined;
  const parts = [
    ...(isApplying ? applyParts(state) : readParts(state)),
    ...(left === undefined ? [] : [part(7, span(`about ${roughText(left)} left`, 'dim'))]),
  ];
  const head = [span(`${frame} `, 'refresh'), span(`${state.verb}  `, 'strong'), time];
  return cutLine(fitting(head, parts, width), width);
}

function fitting(head: Line, parts: readonly Part[], width: number): Line {
  const whole = [...head, ...parts.flatMap(({ what }) => [span(' · ', 'dim'), what])];
  if (parts.length <= 1 || widthOf(whole) <= width) return whole;
  const least = Math.min(...parts.map(({ rank }) => rank));
  return fitting(
    head,
    parts.filter(({ rank }) => rank > least),
    width,
  );
}

function part(rank: number, what: Span): Part {
  return { rank, what };
}

function readParts({ lanes }: RunState): readonly Part[] {
  const all = [...lanes.values()];
  const read = all.filter(({ phase }) => phase === 'ready' || phase === 'done').length;
  return [part(8, span(`read ${read} of ${countOf(all.length, 'host')}`)), ...lostParts(all)];
}

function lostParts(lanes: readonly Lane[]): readonly Part[] {
  const lost = lanes.filter(({ phase }) => phase === 'unreachable').length;
  return lost === 0 ? [] : [part(4, span(`${lost} unreachable`, 'bad'))];
}

function applyParts({ lanes, counts }: RunState): readonly Part[] {
  const all = [...lanes.values()];
  const total = all.reduce((sum, lane) => sum + lane.total, 0);
  const finished = all.reduce((sum, lane) => sum + lane.finished, 0);
  const done = all.filter(({ phase }) => phase === 'done').length;
  return [
    part(8, span(`${finished} of ${countOf(total, 'resource')}`)),
    ...(counts.changed === 0 ? [] : [part(2, span(`${counts.changed} changed`, 'update'))]),
    ...(counts.failed === 0 ? [] : [part(6, span(`${counts.failed} failed`, 'bad'))]),
    ...(counts.skipped === 0 ? [] : [part(1, span(`${counts.skipped} skipped`, 'unknown'))]),
    ...lostParts(all),
    ...(all.length === 1 ? [] : [part(5, span(`${done} of ${all.length} hosts done`))]),
  ];
}
