import type { Json } from '../model/json.ts';
import type { Action, FieldDiff } from '../model/plan.ts';
import { cutToWidth, displayWidth, padToWidth } from './display-width.ts';
import type { Layout } from './layout.ts';
import { type Line, line, type Span, span } from './styled-line.ts';
import { textDiff } from './text-diff.ts';
import { visibleText } from './visible-text.ts';

/** Names are aligned up to this width; a longer one stands out. */
const nameWidthMax = 24;

/** Columns shown of a value that has a line of its own. */
const valueWidthMax = 400;

/** The fields of one change, one line each where that is enough. `exists` is said by the action already. */
export function fieldLines(
  fields: readonly FieldDiff[],
  action: Action,
  layout: Layout,
): readonly Line[] {
  const shown = fields.filter(({ field }) => field !== 'exists');
  const widths = shown.map(({ field }) => displayWidth(visibleText(field)));
  const nameWidth = Math.min(nameWidthMax, Math.max(0, ...widths));
  return shown.flatMap((field) => oneField(field, { action, nameWidth, layout }));
}

interface FieldPlace {
  readonly action: Action;
  readonly nameWidth: number;
  readonly layout: Layout;
}

function oneField(diff: FieldDiff, { action, nameWidth, layout }: FieldPlace): readonly Line[] {
  const name = padToWidth(visibleText(diff.field), nameWidth);
  if (diff.form === 'secret') return [line(`${name}  `, ...secretChange(diff, action))];
  if (diff.form === 'text' || isLong(diff.from) || isLong(diff.to)) {
    return [line(name.trimEnd()), ...indent(textDiff(asText(diff.from), asText(diff.to), layout))];
  }
  const from = inline(diff.from);
  const to = inline(diff.to);
  const change = inlineChange(diff, action, { from, to });
  const width = displayWidth(name) + 2 + displayWidth(change.map(({ text }) => text).join(''));
  if (width <= layout.width) return [line(`${name}  `, ...change)];
  if (isCompound(diff.from) || isCompound(diff.to)) {
    const diffLines = textDiff(pretty(diff.from), pretty(diff.to), layout);
    return [line(name.trimEnd()), ...indent(diffLines)];
  }
  return [line(name.trimEnd()), ...indent(ownLines(diff, { from, to }))];
}

function secretChange({ from }: FieldDiff, action: Action): readonly Span[] {
  const isNew = action === 'create' || from === null;
  return [span(isNew ? '(secret)' : '(secret, differs)', isNew ? 'create' : 'update')];
}

interface Sides {
  readonly from: string;
  readonly to: string;
}

function inlineChange(diff: FieldDiff, action: Action, { from, to }: Sides): readonly Span[] {
  if (action === 'create' || diff.from === null) return [span(to, 'create')];
  if (action === 'remove') return [span(from, 'remove')];
  const result = diff.to === null ? span('(none)', 'dim') : span(to, 'create');
  return [span(from, 'remove'), span(' → ', 'dim'), result];
}

function ownLines(diff: FieldDiff, { from, to }: Sides): readonly Line[] {
  const removed = diff.from === null ? [] : [line(span(`- ${from}`, 'remove'))];
  return diff.to === null ? removed : [...removed, line(span(`+ ${to}`, 'create'))];
}

function indent(lines: readonly Line[]): readonly Line[] {
  return lines.map((styled) => line('  ', ...styled));
}

function isLong(value: Json): boolean {
  return typeof value === 'string' && value.includes('\n');
}

function isCompound(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}

function asText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : pretty(value);
}

function pretty(value: Json): string {
  return value === null ? '' : `${JSON.stringify(value, null, 2)}\n`;
}

/** `"text"`, `25`, `["a", "b"]`, `{ a: 1 }` */
function inline(value: Json): string {
  return cutToWidth(visibleText(inlineText(value)), valueWidthMax);
}

function inlineText(value: Json): string {
  if (value === null) return '(none)';
  if (Array.isArray(value)) return `[${value.map(inlineText).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, part]) => `${name}: ${inlineText(part)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
