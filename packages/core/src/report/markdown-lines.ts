import { marked, type Token, type Tokens } from 'marked';
import { wrapToWidth } from './display-width.ts';
import { layoutOf, type RenderOptions } from './layout.ts';
import { blank, type Line, line, paint, span } from './styled-line.ts';

/**
 * A page of the documentation for a terminal: headings stand out, text is wrapped, code stands as it is. A table with
 * long cells becomes a list, a row a paragraph.
 * @example process.stdout.write(renderMarkdown('# Title', { width: 80 }));
 */
export function renderMarkdown(text: string, options: RenderOptions = {}): string {
  const { width } = layoutOf(options);
  const lines = marked.lexer(text).flatMap((token) => blockLines(token, width));
  const last = lines.findLastIndex((styled) => styled.length > 0);
  return paint(lines.slice(0, last + 1), options.isColor ?? false);
}

function blockLines(token: Token, width: number): readonly Line[] {
  switch (token.type) {
    case 'heading':
      return [line(span(plainText(token), 'strong')), blank];
    case 'paragraph':
    case 'text':
      return [...wrapped(plainText(token), width), blank];
    case 'code':
      return [...codeLines(token as Tokens.Code), blank];
    case 'list':
      return [...listLines(token as Tokens.List, width), blank];
    case 'table':
      return tableLines(token as Tokens.Table, width);
    case 'blockquote':
      return indented(childLines(token, width - 2), span('│ ', 'dim'), span('│ ', 'dim'));
    default:
      // Comments of HTML, rules and link definitions say nothing to a reader.
      return [];
  }
}

function childLines(token: Token, width: number): readonly Line[] {
  const children = 'tokens' in token ? (token.tokens ?? []) : [];
  return children.flatMap((child) => blockLines(child, width));
}

/** Lines of a token without its marks: `a *b*` is `a b`, a link is its text. */
function plainText(token: Token): string {
  if ('tokens' in token && token.tokens !== undefined && token.type !== 'codespan') {
    return token.tokens.map(plainText).join('');
  }
  if (token.type === 'br') return '\n';
  return 'text' in token && typeof token.text === 'string' ? withoutEntities(token.text) : '';
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function withoutEntities(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
}

function wrapped(text: string, width: number): readonly Line[] {
  return text
    .split('\n\n')
    .flatMap((part) => wrapToWidth(part.replaceAll('\n', ' '), width))
    .map((row) => line(row));
}

function codeLines({ text }: Tokens.Code): readonly Line[] {
  return text.split('\n').map((row) => line('  ', span(row, 'refresh')));
}

function listLines({ items, ordered, start }: Tokens.List, width: number): readonly Line[] {
  return items.flatMap((item, index) => {
    const mark = ordered ? `${Number(start || 1) + index}. ` : '- ';
    const lines = item.tokens.flatMap((child) => blockLines(child, width - mark.length));
    const shown = lines.filter((styled) => styled.length > 0);
    return indented(shown, span(mark, 'dim'), span(' '.repeat(mark.length)));
  });
}

function indented(
  lines: readonly Line[],
  first: Line[number],
  rest: Line[number],
): readonly Line[] {
  return lines.map((styled, index) => [index === 0 ? first : rest, ...styled]);
}

/** Each row: its first cell, then the others with the titles of their columns where there are more than two. */
function tableLines({ header, rows }: Tokens.Table, width: number): readonly Line[] {
  const titles = header.map((cell) => cell.tokens.map(plainText).join(''));
  return rows.flatMap((cells) => {
    const [name = '', ...others] = cells.map((cell) => cell.tokens.map(plainText).join(''));
    return [
      line(span(name, 'refresh')),
      ...others.flatMap((text, index) => {
        if (text === '') return [];
        const title = titles.length > 2 ? `${titles[index + 1]}: ` : '';
        return wrapToWidth(`${title}${text}`, width - 4).map((row) => line('    ', row));
      }),
      blank,
    ];
  });
}
