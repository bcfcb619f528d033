import { stripControlSequences } from './visible-text.ts';

/** Longer lines are no reading matter; what is kept of them is bounded. */
const lineLengthMax = 1000;

/**
 * A line that a command printed, as it would look on a terminal in the end: without colours, with tabs as blanks, and
 * of a progress bar that returns to the beginning of its line only the last state.
 */
export function outputLine(printed: string): string {
  const text = stripControlSequences(printed.slice(-16 * lineLengthMax)).trimEnd();
  const last = text.split('\r').at(-1) ?? '';
  return last.replaceAll('\t', '    ').slice(0, lineLengthMax);
}
