import type { Line } from '../styled-line.ts';
import { type Html, html, nothing } from './html.ts';

/** Lines of a terminal as a block of a page. */
export function styledHtml(lines: readonly Line[]): Html {
  if (lines.length === 0) return nothing;
  const rows = lines.map((line) => {
    const spans = line.map(({ text, tone }) =>
      tone === 'plain' ? html`${text}` : html`<span class="t-${tone}">${text}</span>`,
    );
    return html`${spans}\n`;
  });
  return html`<pre tabindex="0">${rows}</pre>`;
}
