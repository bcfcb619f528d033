/** First lines of every generated page. */
export const generatedMark =
  '<!-- Made by `node scripts/docs.ts` from the source. Change the source, not this page. -->';

/** Text of one cell: no line break ends the row, no bar ends the cell. */
function cell(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|');
}

/** A table; nothing for no rows. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** Blocks of lines with one empty line between, none of them empty. */
export function page(blocks: readonly (readonly string[] | string)[]): string {
  const texts = blocks.map((block) => (typeof block === 'string' ? block : block.join('\n')));
  return `${texts.filter((text) => text !== '').join('\n\n')}\n`;
}

/** `UfwRule` is `ufw-rule` in file names. */
export function kebab(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
