import { structuredPatch } from 'diff';
import { cutToWidth } from './display-width.ts';
import type { Layout } from './layout.ts';
import { type Line, line, span, type Tone } from './styled-line.ts';
import { visibleText } from './visible-text.ts';

/** Longer texts are not compared, because that takes seconds. */
const textLengthMax = 1_000_000;

/**
 * Lines added and removed. The comparison takes the square of it: 0.3 s here, seconds at four times as many, in which a run
 * does nothing else.
 */
const editsMax = 1_000;

/** Lines shown, unless everything is asked for. */
const linesShownMax = 30;

/** Columns shown of each line: enough for any file that people write. */
const lineWidthMax = 400;

const tones: Readonly<Record<string, Tone>> = { '+': 'create', '-': 'remove', '@': 'refresh' };

/**
 * Two texts as a unified diff with three lines of context. A text that is created or removed is shown whole, and so are two that
 * have little in common where everything is asked for.
 */
export function textDiff(from: string, to: string, { isVerbose }: Layout): readonly Line[] {
  const isLong = isTooLarge(from, to);
  const compared = isLong ? undefined : diffRows(from, to);
  const rows = compared ?? (isVerbose && !isLong ? bothWhole(from, to) : undefined);
  if (rows === undefined) {
    return [line(span(`${size(from)} → ${size(to)}, too different to compare here`, 'dim'))];
  }
  const shown = isVerbose ? rows : rows.slice(0, linesShownMax);
  const lines = shown.map(rowLine);
  const left = rows.length - shown.length;
  return left === 0 ? lines : [...lines, line(span(`… ${count(left)} more lines`, 'dim'))];
}

function isTooLarge(from: string, to: string): boolean {
  return from.length + to.length > textLengthMax;
}

function diffRows(from: string, to: string): readonly string[] | undefined {
  const options = { context: 3, maxEditLength: editsMax };
  if (from === '' || to === '') return wholeText(from === '' ? '+' : '-', from === '' ? to : from);
  const comparison = structuredPatch('', '', from, to, undefined, undefined, options);
  if (comparison === undefined) return undefined;
  const [first] = comparison.hunks;
  // Where the beginning is shown anyway, the line numbers say nothing.
  if (comparison.hunks.length === 1 && first?.oldStart === 1) return first.lines;
  return comparison.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
}

function bothWhole(from: string, to: string): readonly string[] {
  return [...wholeText('-', from), ...wholeText('+', to)];
}

function wholeText(sign: '+' | '-', text: string): readonly string[] {
  const rows = text.split('\n');
  const isEnded = rows.at(-1) === '';
  const signed = (isEnded ? rows.slice(0, -1) : rows).map((row) => sign + row);
  return isEnded ? signed : [...signed, '\\ No newline at end of file'];
}

/** Tabs are shown where a line changes, since a diff between blanks and tabs would look like none. */
function rowLine(row: string): Line {
  const sign = row.slice(0, 1);
  const tone = tones[sign] ?? 'dim';
  const tab = tone === 'dim' ? '    ' : '⇥   ';
  const text = visibleText(row.slice(1).replaceAll('\t', tab));
  return line(span(sign + cutToWidth(text, lineWidthMax), tone));
}

function size(text: string): string {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return text === '' ? 'nothing' : `${count(lines)} lines, ${count(Buffer.byteLength(text))} bytes`;
}

/** 12,345 */
function count(value: number): string {
  return value.toLocaleString('en-US');
}
