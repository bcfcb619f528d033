import { formatSource, type Source } from './source.ts';

/** Lines that fit into the detail of an error. */
const linesMax = 20;

/** One a line, and of many only as many as an error shows, with how many there are more. */
export function listed(lines: readonly string[]): string {
  if (lines.length <= linesMax) return lines.join('\n');
  const shown = lines.slice(0, linesMax - 1);
  return [...shown, `and ${lines.length - shown.length} more`].join('\n');
}

/** `mx1 File[/etc/motd] (site.ts:12)` */
export function placeOf(name: string, source: Source | undefined): string {
  return `${name} (${formatSource(source)})`;
}
