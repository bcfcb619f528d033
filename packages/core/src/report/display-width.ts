import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();

/** Columns that a text takes on a terminal: two for most of East Asia's characters and for pictures. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** The beginning of a text that fits, ended by `…` where something was left out. */
export function cutToWidth(text: string, width: number): string {
  if (width <= 0) return '';
  // No character takes more columns than code units but the few that take two, so most texts need no closer look.
  if (text.length * 2 <= width || displayWidth(text) <= width) return text;
  let shown = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const columns = displayWidth(segment);
    if (used + columns > width - 1) break;
    shown += segment;
    used += columns;
  }
  return `${shown}…`;
}

/** The text, filled up with blanks to a width. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Text as lines of at most `width` columns, broken between words where that is possible. */
export function wrapToWidth(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = splitToWidth(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function splitToWidth(word: string, width: number): readonly string[] {
  if (displayWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of segmenter.segment(word)) {
    if (piece !== '' && displayWidth(piece + segment) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}
