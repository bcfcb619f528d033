import type { Action, PlanStep, Verdict } from '../model/plan.ts';
import { formatSource } from '../model/source.ts';
import { errorBody } from './error-lines.ts';
import { fieldLines } from './field-lines.ts';
import { labelOf, someOf } from './labels.ts';
import type { Layout } from './layout.ts';
import { type Line, line, span, type Tone, withNotes } from './styled-line.ts';

/** Sign, word and colour of each sort of step, the same in plans, progress and summaries. */
export interface StepSign {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

const actionSigns: Readonly<Record<Action, StepSign>> = {
  create: { sign: '+', word: 'create', tone: 'create' },
  update: { sign: '~', word: 'update', tone: 'update' },
  remove: { sign: '-', word: 'remove', tone: 'remove' },
};

const verdictSigns: Readonly<Record<Exclude<Verdict['is'], 'change'>, StepSign>> = {
  refresh: { sign: '↻', word: 'refresh', tone: 'refresh' },
  unknown: { sign: '?', word: 'later', tone: 'unknown' },
  unchanged: { sign: ' ', word: 'ok', tone: 'dim' },
  error: { sign: '✘', word: 'error', tone: 'bad' },
};

export function signOf(verdict: Verdict): StepSign {
  return verdict.is === 'change' ? actionSigns[verdict.action] : verdictSigns[verdict.is];
}

/** Fields and notes stand below the label. */
export const bodyIndent = ' '.repeat(13);

/** Needs named on one line; more are counted. */
const needsShownMax = 3;

interface StepView {
  readonly byId: ReadonlyMap<string, PlanStep>;
  readonly layout: Layout;
}

/** One step of a plan: what happens to what, where it is declared, after what, and how its fields change. */
export function stepLines(step: PlanStep, { byId, layout }: StepView): readonly Line[] {
  const { verdict } = step;
  if (verdict.is === 'unchanged' && !layout.isVerbose) return [];
  const notes = layout.isVerbose || verdict.is !== 'unchanged' ? notesOf(step, byId, layout) : [];
  return [...headLines(step, notes, layout), ...bodyLines(verdict, layout)];
}

/** `  + create   Package[postfix]  mail.ts:12` */
export function stepHead(verdict: Verdict, label: string): Line {
  const { sign, word, tone } = signOf(verdict);
  return line('  ', span(`${sign} ${word.padEnd(7)}`, tone), `  ${label}`);
}

function headLines(step: PlanStep, notes: readonly string[], { width }: Layout): readonly Line[] {
  const source = span(`  ${formatSource(step.source)}`, 'place');
  return withNotes([...stepHead(step.verdict, step.label), source], notes, width, bodyIndent);
}

function notesOf(
  { host, needs, verdict }: PlanStep,
  byId: ReadonlyMap<string, PlanStep>,
  { isVerbose }: Layout,
): readonly string[] {
  const some = (names: readonly string[]) =>
    someOf(names, isVerbose ? names.length : needsShownMax);
  if (verdict.is === 'refresh') {
    const names = some(verdict.notifiedBy);
    return [verdict.isCertain ? `because of ${names}` : `if ${names} changes`];
  }
  if (verdict.is === 'error') return [];
  const awaited = needs.filter((id) => isAwaited(byId.get(id)?.verdict));
  const after = some(awaited.map((id) => labelOf(id, host)));
  const notifiedBy = verdict.is === 'change' ? (verdict.notifiedBy ?? []) : [];
  return [
    ...(awaited.length === 0 ? [] : [`after ${after}`]),
    ...(notifiedBy.length === 0 ? [] : [`and refreshed because of ${some(notifiedBy)}`]),
  ];
}

function isAwaited(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && verdict.is !== 'unchanged';
}

function bodyLines(verdict: Verdict, layout: Layout): readonly Line[] {
  const inner = { ...layout, width: layout.width - bodyIndent.length };
  const own =
    verdict.is === 'change'
      ? fieldLines(verdict.fields, verdict.action, inner)
      : verdict.is === 'error'
        ? errorBody(verdict.error, inner)
        : [];
  return own.map((styled) => line(bodyIndent, ...styled));
}
