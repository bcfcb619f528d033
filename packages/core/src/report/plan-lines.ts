import type { Plan, PlanStep } from '../model/plan.ts';
import { errorGroupLines, errorGroups } from './error-groups.ts';
import { type HostGroup, hostGroups } from './host-groups.ts';
import { countOf, fittingOf, someOf } from './labels.ts';
import { type Layout, layoutOf, type RenderOptions } from './layout.ts';
import { hasChanges, type PlanCounts, planCounts, planSentence } from './plan-counts.ts';
import { stepLines } from './plan-step-lines.ts';
import { blank, cutLine, type Line, line, paint, span } from './styled-line.ts';
import { unknownLines } from './unknown-lines.ts';

/**
 * A plan for people: what will change, field by field, on which hosts, and what comes after what.
 * @example process.stdout.write(renderPlan(plan, { width: 80, isColor: true }));
 */
export function renderPlan(plan: Plan, options: PlanOptions = {}): string {
  const lines = planLines(plan, layoutOf(options), options.verb ?? 'plan');
  return paint(lines, options.isColor ?? false);
}

export interface PlanOptions extends RenderOptions {
  /** `verify` calls what differs drift; `plan` when left out. */
  readonly verb?: 'plan' | 'verify';
}

function planLines(plan: Plan, layout: Layout, verb: 'plan' | 'verify'): readonly Line[] {
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  const groups = hostGroups(plan);
  const busy = groups.filter(({ steps }) =>
    steps.some(({ verdict }) => verdict.is !== 'unchanged'),
  );
  const idle = groups.filter((group) => !busy.includes(group)).flatMap(({ hosts }) => hosts);
  const isOverview = busy.length + (idle.length === 0 ? 0 : 1) > 1;
  const lines = [
    ...busy.flatMap((group) => [...groupLines(group, { byId, isOverview, layout }), blank]),
    ...idleLines(idle, busy.length > 0, layout),
    ...errorGroups(plan.unreachable).flatMap((group) => [...errorGroupLines(group, layout), blank]),
    ...closingLines(plan, verb === 'plan' ? planWords : verifyWords),
    ...refusalLines(plan, layout),
  ];
  return lines;
}

interface GroupView {
  readonly byId: ReadonlyMap<string, PlanStep>;
  /** The group is one of several, and says its own counts. */
  readonly isOverview: boolean;
  readonly layout: Layout;
}

function groupLines({ hosts, steps }: HostGroup, view: GroupView): readonly Line[] {
  const { layout } = view;
  const known = steps.filter(({ verdict }) => verdict.is !== 'unknown');
  const body = known.flatMap((step) => stepLines(step, view));
  return [...headLines(hosts, steps, view), ...body, ...unknownLines(steps, view.byId, layout)];
}

function headLines(
  hosts: readonly string[],
  steps: readonly PlanStep[],
  { isOverview, layout }: GroupView,
): readonly Line[] {
  const same = hosts.length === 1 ? '' : `  ${hosts.length} hosts, the same on each`;
  const names = layout.isVerbose ? hosts.join(', ') : fittingOf(hosts, layout.width - same.length);
  const head = cutLine(line(span(names, 'strong'), span(same, 'dim')), layout.width);
  if (!isOverview) return [head];
  const sentence = planSentence(planCounts({ steps, unreachable: [] }));
  return [head, line('  ', ...sentence, span(hosts.length === 1 ? '' : ' each', 'dim'))];
}

function idleLines(hosts: readonly string[], isBeside: boolean, layout: Layout): readonly Line[] {
  if (hosts.length === 0 || !isBeside) return [];
  const count = `${countOf(hosts.length, 'host')} unchanged  `;
  const names = fittingOf(hosts, layout.width - count.length);
  return [line(span(count, 'strong'), span(names, 'dim')), blank];
}

/** Why the plan must not be applied, last: it is what its reader has to act upon. */
function refusalLines({ refusals }: Plan, layout: Layout): readonly Line[] {
  if (refusals.length === 0) return [];
  const groups = errorGroups(
    refusals.map((error) => ({
      host: error.host ?? '',
      error,
      ...(error.resource === undefined ? {} : { label: error.resource }),
      ...(error.source === undefined ? {} : { source: error.source }),
    })),
  );
  return [
    blank,
    line(span('This plan is refused:', 'bad')),
    ...groups.flatMap((group) => errorGroupLines(group, layout)),
  ];
}

interface ClosingWords {
  readonly some: string;
  readonly none: string;
}

const planWords: ClosingWords = { some: 'Plan: ', none: 'No changes.' };
const verifyWords: ClosingWords = { some: 'Drift: ', none: 'No drift.' };

function closingLines(plan: Plan, words: ClosingWords): readonly Line[] {
  const counts = planCounts(plan);
  return [
    ...mainSentence(plan, counts, words),
    ...readOnlySentence(plan),
    ...unreachableSentence(counts),
  ];
}

function mainSentence(plan: Plan, counts: PlanCounts, words: ClosingWords): readonly Line[] {
  const hosts = new Set(plan.steps.map(({ host }) => host)).size;
  const none = span(words.none, 'good');
  if (plan.steps.length === 0 && counts.unreachable > 0) return [];
  if (plan.steps.length === 0) return [line(none, ' Nothing is declared.')];
  if (!hasChanges(counts) && counts.errors === 0) {
    const what = `${countOf(counts.unchanged, 'resource')} on ${countOf(hosts, 'host')}`;
    return [line(none, ` ${what} as declared.`)];
  }
  const where = hosts > 1 ? `, on ${hosts} hosts` : '';
  return [line(span(words.some, 'strong'), ...planSentence(counts), `${where}.`)];
}

function readOnlySentence({ readOnly = [] }: Plan): readonly Line[] {
  if (readOnly.length === 0) return [];
  return [line(`Outside the limit, only read for what others need: ${someOf(readOnly, 5)}.`)];
}

function unreachableSentence({ unreachable }: PlanCounts): readonly Line[] {
  if (unreachable === 0) return [];
  return [line(span(`${countOf(unreachable, 'host')} could not be reached.`, 'bad'))];
}
