import { stripControlSequences } from './visible-text.ts';

/** Longer lines are no reading matter; what is kept of them is bounded. */
const lineLengthMax = 1000;

/** The last line that is not empty, after more was printed. A carriage return begins a line anew, as progress bars do. */
export function lastLineOf(before: string, printed: string): string {
  const text = stripControlSequences(printed.slice(-8 * lineLengthMax));
  const lines = text.split(/[\r\n]+/);
  const last = lines.findLast((line) => line.trim() !== '');
  if (last === undefined) return before;
  return last.trim().slice(0, lineLengthMax);
}

/** What is kept of an unfinished line, and the whole lines before it. */
export interface SplitOutput {
  readonly lines: readonly string[];
  readonly rest: string;
}

/** Cuts output, which arrives in pieces, into whole lines as they would look on a terminal at the end. */
export function splitOutput(rest: string, printed: string): SplitOutput {
  const parts = (rest + printed).split('\n');
  const last = parts.pop() ?? '';
  return { lines: parts.map(finalLook), rest: last.slice(-lineLengthMax) };
}

function finalLook(line: string): string {
  const shown = stripControlSequences(line).trimEnd().split('\r').at(-1) ?? '';
  return shown.replaceAll('\t', '    ').slice(0, lineLengthMax);
}
