import { liveReporter } from './live-reporter.ts';
import { plainReporter } from './plain-reporter.ts';
import type { Clock, Reporter, ReportStream } from './reporter.ts';

export interface TerminalOptions {
  /** Where progress goes, `process.stderr` as a rule: standard output is for results. */
  readonly stream: NodeJS.WritableStream & ReportStream;
  /** Colours by ANSI sequences; what the stream can do when left out. */
  readonly isColor?: boolean;
  /** A screen that moves; wherever the stream is a terminal when left out. */
  readonly isLive?: boolean;
  /** Shows the output of steps, line by line. */
  readonly isVerbose?: boolean;
  readonly clock?: Clock;
  /** What a batch of each kind took in earlier runs, in milliseconds: the live view says what is left. */
  readonly earlier?: Readonly<Record<string, number>> | undefined;
}

/**
 * Progress for people: a live view on a terminal, plain lines elsewhere.
 * @example
 * const reporter = terminalReporter({ stream: process.stderr });
 * try {
 *   const { outcome } = await apply(playbook, { onEvent: reporter.onEvent });
 *   reporter.aside(() => process.stdout.write(renderSummary(outcome)));
 * } finally {
 *   reporter.close();
 * }
 */
export function terminalReporter(options: TerminalOptions): Reporter {
  const { stream, isColor = hasColors(stream), isLive = stream.isTTY === true } = options;
  const width = stream.columns;
  return isLive
    ? liveReporter({ ...options, isColor })
    : plainReporter({ ...options, isColor, ...(width === undefined ? {} : { width }) });
}

/** Terminals know; Node asks TERM, NO_COLOR and their like for them. Everything else has none. */
function hasColors(stream: NodeJS.WritableStream): boolean {
  return 'hasColors' in stream && typeof stream.hasColors === 'function' && stream.hasColors();
}
