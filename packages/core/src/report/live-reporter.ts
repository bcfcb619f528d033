import { createLogUpdate } from 'log-update';
import type { RunEvent } from '../model/event.ts';
import type { StepResult } from '../model/outcome.ts';
import { type ActivityPlace, activityPlace, finishedLines, isNews } from './activity-lines.ts';
import { liveLines } from './live-lines.ts';
import { eventLines } from './plain-reporter.ts';
import { type Clock, type Reporter, type ReportStream, realClock } from './reporter.ts';
import { initialState, nextState } from './run-state.ts';
import { cutLine, type Line, paint } from './styled-line.ts';
import type { KindTimes } from './time-left.ts';

export interface LiveOptions {
  /** A terminal. */
  readonly stream: NodeJS.WritableStream & ReportStream;
  readonly isColor?: boolean;
  /** Shows the output of steps, line by line. */
  readonly isVerbose?: boolean;
  readonly clock?: Clock;
  /** What a batch of each kind took in earlier runs, in milliseconds, for an estimate. */
  readonly earlier?: KindTimes | undefined;
}

/** Eight pictures a second look alive and cost little. */
const frameMs = 120;

/** Runs that end sooner draw nothing that moves. */
const firstFrameMs = 300;

const columnsDefault = 80;
const rowsDefault = 24;

/**
 * A terminal that shows what every host is at, while what has happened scrolls above. Events are only collected; the
 * screen is drawn by the clock, so that a thousand events a second cost no more than eight.
 */
export function liveReporter(options: LiveOptions): Reporter {
  const { stream, isColor = false, isVerbose = false, earlier = {} } = options;
  const clock = options.clock ?? realClock;
  const screen = createLogUpdate(stream);
  let state = initialState;
  let events: RunEvent[] = [];
  let isDrawn = false;
  let hasScrolled = false;

  const scroll = () => {
    state = nextState(state, events);
    const place = activityPlace(state.lanes.keys(), (stream.columns ?? columnsDefault) - 1);
    const lines = newsLines(
      events.filter((event) => isNewsEvent(event, isVerbose)),
      place,
    );
    events = [];
    if (lines.length === 0) return;
    screen.persist(paint(lines, isColor).slice(0, -1));
    hasScrolled = true;
  };
  const draw = () => {
    scroll();
    const now = clock.now();
    if (state.startedAt === 0 || now - state.startedAt < firstFrameMs) return;
    const size = { columns: stream.columns ?? columnsDefault, rows: stream.rows ?? rowsDefault };
    screen(paint(liveLines(state, { now, earlier, ...size }), isColor).slice(0, -1));
    isDrawn = true;
  };
  const takeAway = () => {
    if (isDrawn) screen.clear();
    isDrawn = false;
    scroll();
    // What follows is something else.
    if (hasScrolled) stream.write('\n');
    hasScrolled = false;
  };
  const stop = clock.every(frameMs, draw);
  return {
    onEvent(event) {
      events.push(event);
    },
    aside(write) {
      takeAway();
      write();
    },
    close() {
      stop();
      takeAway();
      screen.done();
    },
  };
}

function isNewsEvent(event: RunEvent, isVerbose: boolean): boolean {
  if (event.type === 'step.output') return isVerbose;
  if (event.type === 'step.finished') return isNews(event.step);
  return ['host.unreachable', 'host.locked', 'batch.started', 'host.verified', 'warning'].includes(
    event.type,
  );
}

/** News as lines, in the order of their events; finished steps that follow each other are joined by batch. */
function newsLines(news: readonly RunEvent[], place: ActivityPlace): readonly Line[] {
  const lines: Line[] = [];
  let batch: StepResult[] = [];
  const flush = () => {
    lines.push(...finishedLines(batch, place));
    batch = [];
  };
  for (const event of news) {
    if (event.type === 'step.finished') batch.push(event.step);
    else {
      flush();
      lines.push(...eventLines(event, place));
    }
  }
  flush();
  return lines.map((own) => cutLine(own, place.width));
}
