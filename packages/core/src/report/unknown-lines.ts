import type { PlanStep } from '../model/plan.ts';
import { formatSource } from '../model/source.ts';
import { displayWidth, padToWidth, wrapToWidth } from './display-width.ts';
import { identityOf, labelOf, someOf, upTo } from './labels.ts';
import type { Layout } from './layout.ts';
import { bodyIndent, stepHead } from './plan-step-lines.ts';
import { type Line, line, span, withNotes } from './styled-line.ts';
import { type UnknownGroup, unknownGroups } from './unknown-groups.ts';
import { visibleText } from './visible-text.ts';

/** Roots named for a group; more are counted. */
const rootsShownMax = 3;

/** Lines of identities for each kind; more are counted. */
const linesShownMax = 3;

const unknownVerdict = { is: 'unknown', reason: '', after: [] } as const;

/** What cannot be known yet, gathered by what it waits for and by kind. */
export function unknownLines(
  steps: readonly PlanStep[],
  byId: ReadonlyMap<string, PlanStep>,
  layout: Layout,
): readonly Line[] {
  return unknownGroups(steps, byId).flatMap((group) => groupLines(group, layout));
}

function groupLines({ roots, reason, steps }: UnknownGroup, layout: Layout): readonly Line[] {
  const [first] = steps;
  if (first === undefined) return [];
  const shownMax = layout.isVerbose ? roots.length : rootsShownMax;
  const names = someOf(
    roots.map((id) => labelOf(id, first.host)),
    shownMax,
  );
  const why = reason ?? `known after ${names}`;
  if (steps.length === 1) {
    const place = `  ${formatSource(first.source)}`;
    const head = line(...stepHead(unknownVerdict, first.label), span(place, 'place'));
    return withNotes(head, [why], layout.width, bodyIndent);
  }
  const title = stepHead(unknownVerdict, `${steps.length} resources`);
  const head = withNotes(title, [why], layout.width, bodyIndent);
  const byKind = Map.groupBy(steps, ({ kind }) => kind);
  const kindWidth = Math.max(...[...byKind.keys()].map((kind) => displayWidth(kind)));
  const lists = [...byKind].flatMap(([kind, own]) => kindLines(kind, own, kindWidth, layout));
  return [...head, ...lists];
}

function kindLines(
  kind: string,
  steps: readonly PlanStep[],
  kindWidth: number,
  { width, isVerbose }: Layout,
): readonly Line[] {
  const names = steps.map(({ label }) => visibleText(identityOf(label, kind)));
  const room = width - bodyIndent.length - kindWidth - 2;
  const rows = isVerbose ? wrapToWidth(names.join(', '), room) : cutList(names, room);
  return rows.map((text, index) => {
    const first = padToWidth(index === 0 ? kind : '', kindWidth);
    return line(bodyIndent, span(first, 'dim'), `  ${text}`);
  });
}

/** The names on a few lines, and how many did not fit. */
function cutList(names: readonly string[], width: number): readonly string[] {
  for (let shown = names.length; ; shown = Math.floor(shown * 0.9)) {
    const rows = wrapToWidth(upTo(names, shown), width);
    if (rows.length <= linesShownMax || shown <= 1) return rows;
  }
}
