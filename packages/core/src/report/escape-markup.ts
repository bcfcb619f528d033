import { stripControlSequences, visibleText } from './visible-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML and HTML, between tags and in quoted attributes. Lines stay lines; other control characters are shown. */
export function escapeMarkup(text: string): string {
  return stripControlSequences(text)
    .split(/\r?\n/)
    .map(visibleText)
    .join('\n')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
