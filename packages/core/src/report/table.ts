import { displayWidth } from './display-width.ts';
import type { Line, Span } from './styled-line.ts';

export interface Column {
  readonly title: Span;
  readonly align: 'left' | 'right';
}

/** Columns as wide as their widest cell, two blanks between them. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly Span[])[],
): readonly Line[] {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) =>
    Math.max(...all.map((cells) => displayWidth(cells[index]?.text ?? ''))),
  );
  return all.map((cells) =>
    cells.flatMap((cell, index) => {
      const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(cell.text)));
      const isRight = columns[index]?.align === 'right';
      const text = isRight ? gap + cell.text : cell.text + gap;
      return [{ ...cell, text: index === 0 ? text : `  ${text}` }];
    }),
  );
}
