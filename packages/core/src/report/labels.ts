import { displayWidth } from './display-width.ts';
import { visibleText } from './visible-text.ts';

/** `KIND[IDENTITY]` of an id `HOST/KIND[IDENTITY]`, with the host where it is another one than the reader looks at. */
export function labelOf(id: string, host: string): string {
  return id.startsWith(`${host}/`) ? id.slice(host.length + 1) : id;
}

/** `IDENTITY` of a label. */
export function identityOf(label: string, kind: string): string {
  return label.startsWith(`${kind}[`) ? label.slice(kind.length + 1, -1) : label;
}

/** `a, b, c and 4 more` */
export function upTo(names: readonly string[], shown: number): string {
  if (shown >= names.length) return names.join(', ');
  return `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
}

/** The same; one name more is shown rather than counted. */
export function someOf(names: readonly string[], shownMax: number): string {
  return upTo(names, names.length === shownMax + 1 ? names.length : shownMax);
}

/** As many names as fit into a width, one at least, and how many were left out. */
export function fittingOf(names: readonly string[], width: number): string {
  const left = (shown: number) =>
    shown === names.length ? '' : ` and ${names.length - shown} more`;
  let shown = names.length;
  let used = 0;
  for (const [index, name] of names.entries()) {
    used += displayWidth(visibleText(name)) + (index === 0 ? 0 : 2);
    if (used + left(index + 1).length <= width || index === 0) continue;
    shown = index;
    break;
  }
  return upTo(names, shown);
}

/** `1 host`, `2 hosts` */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
