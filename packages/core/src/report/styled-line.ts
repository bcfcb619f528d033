import { styleText } from 'node:util';
import { cutToWidth, displayWidth, wrapToWidth } from './display-width.ts';
import { visibleText } from './visible-text.ts';

/** What a piece of text means. The palette below says how that looks. */
export type Tone =
  | 'plain'
  | 'strong'
  | 'dim'
  | 'create'
  | 'update'
  | 'remove'
  | 'refresh'
  | 'unknown'
  | 'good'
  | 'bad'
  | 'warning'
  | 'place';

/** A piece of one line. Made by `span` only, so that no text of a host's or a user's reaches a terminal unseen. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

export type Line = readonly Span[];

type Format = Parameters<typeof styleText>[0];

/** Colours of the terminal's own sixteen, so that they suit light and dark backgrounds. */
const palette: Readonly<Record<Tone, Format | undefined>> = {
  plain: undefined,
  strong: 'bold',
  dim: 'dim',
  create: 'green',
  update: 'yellow',
  remove: 'red',
  refresh: 'cyan',
  unknown: 'magenta',
  good: ['bold', 'green'],
  bad: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  place: 'dim',
};

/** A piece of a line; control characters in it are made visible. */
export function span(text: string, tone: Tone = 'plain'): Span {
  return { text: visibleText(text), tone };
}

/** A line of pieces; a bare string is plain text. */
export function line(...pieces: readonly (Span | string)[]): Line {
  return pieces.map((piece) => (typeof piece === 'string' ? span(piece) : piece));
}

export const blank: Line = [];

/** A text on as many lines as it needs, each behind the indent. */
export function wrappedLines(
  text: string,
  width: number,
  indent: string,
  tone: Tone = 'plain',
): readonly Line[] {
  const rows = wrapToWidth(visibleText(text), width - indent.length);
  return rows.map((row) => line(indent, span(row, tone)));
}

/** Notes go behind a line where they fit, and below it where they do not. */
export function withNotes(
  head: Line,
  notes: readonly string[],
  width: number,
  indent: string,
): readonly Line[] {
  if (notes.length === 0) return [head];
  const behind = span(`  ${notes.join('; ')}`, 'dim');
  if (widthOf(head) + widthOf([behind]) <= width) return [[...head, behind]];
  return [head, ...notes.flatMap((note) => wrappedLines(note, width, indent, 'dim'))];
}

export function widthOf(styled: Line): number {
  return styled.reduce((width, { text }) => width + displayWidth(text), 0);
}

/** The line, ended by `…` where it does not fit. */
export function cutLine(styled: Line, width: number): Line {
  if (widthOf(styled) <= width) return styled;
  const kept: Span[] = [];
  let left = width;
  for (const piece of styled) {
    const columns = displayWidth(piece.text);
    if (columns >= left) {
      const cut = columns === left ? `${piece.text} ` : piece.text;
      return [...kept, { ...piece, text: cutToWidth(cut, left) }];
    }
    kept.push(piece);
    left -= columns;
  }
  return kept;
}

/** Lines as text for a terminal or a file; each ends with a line feed. */
export function paint(lines: readonly Line[], isColor: boolean): string {
  return lines.map((styled) => `${paintLine(styled, isColor)}\n`).join('');
}

function paintLine(styled: Line, isColor: boolean): string {
  return styled
    .map(({ text, tone }) => {
      const format = palette[tone];
      if (!isColor || format === undefined || text === '') return text;
      return styleText(format, text, { validateStream: false });
    })
    .join('')
    .trimEnd();
}
