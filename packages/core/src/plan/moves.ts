import type { Json } from '../model/json.ts';
import { listed, placeOf } from '../model/listed.ts';
import type { FieldDiff, Plan, PlanStep, Verdict } from '../model/plan.ts';
import type { Way } from '../model/way.ts';

/** One thing that is not as it was when a plan was made. */
export interface Move {
  readonly host: string;
  /** Undefined: the host itself. */
  readonly step?: PlanStep;
  readonly field: string;
  /** What it was and is, as a sentence part: `was "0600", is "0640"`. */
  readonly text: string;
}

/**
 * Everything that differs between a saved plan and the same plan made now; none when one may stand for the other. The
 * order of hosts and declarations, the lines they stand in and the words of errors are no difference.
 */
export function movesBetween(then: Plan, now: Plan): readonly Move[] {
  return [...wayMoves(then.ways, now.ways), ...hostMoves(then, now), ...stepMoves(then, now)];
}

/** The moves one a line, for the detail of an error. */
export function describeMoves(moves: readonly Move[]): string {
  return listed(
    moves.map(({ host, step, field, text }) => {
      const place = step === undefined ? host : placeOf(`${host} ${step.label}`, step.source);
      return `${place} ${field} ${text}`;
    }),
  );
}

function wayMoves(then: readonly Way[], now: readonly Way[]): readonly Move[] {
  const before = new Map(then.map((way) => [way.host, way]));
  return now.flatMap((way): readonly Move[] => {
    const old: Partial<Way> | undefined = before.get(way.host);
    if (old === undefined) return [];
    const names = ['connection', 'address', 'port', 'user', 'becomeUser', 'jumps'] as const;
    return names.flatMap((field): readonly Move[] => {
      if (same(old[field], way[field])) return [];
      return [{ host: way.host, field, text: wasIs(old[field], way[field]) }];
    });
  });
}

function hostMoves(then: Plan, now: Plan): readonly Move[] {
  const down = (plan: Plan) => new Set(plan.unreachable.map(({ host }) => host));
  const [before, after] = [down(then), down(now)];
  return [
    ...now.unreachable
      .filter(({ host }) => !before.has(host))
      .map(({ host, error }) => ({
        host,
        field: 'host',
        text: `was read, is not: ${error.problem}`,
      })),
    ...[...before]
      .filter((host) => !after.has(host))
      .map((host) => ({ host, field: 'host', text: 'could not be reached, is there now' })),
  ];
}

function stepMoves(then: Plan, now: Plan): readonly Move[] {
  const down = new Set([...then.unreachable, ...now.unreachable].map(({ host }) => host));
  const before = new Map(then.steps.map((step) => [step.id, step]));
  const after = new Map(now.steps.map((step) => [step.id, step]));
  const both = (id: string) => before.has(id) && after.has(id);
  const gone = then.steps.filter(({ id, host }) => !after.has(id) && !down.has(host));
  return [
    ...gone.map((step) => moveOf(step, 'declaration', 'was there, is not')),
    ...now.steps.flatMap((step) => {
      const old = before.get(step.id);
      if (old !== undefined) return movesOf(old, step, both);
      return down.has(step.host) ? [] : [moveOf(step, 'declaration', 'is new')];
    }),
  ];
}

function moveOf(step: PlanStep, field: string, text: string): Move {
  return { host: step.host, step, field, text };
}

function movesOf(then: PlanStep, now: PlanStep, both: (id: string) => boolean): readonly Move[] {
  const isIdle = then.verdict.is === 'unchanged' && now.verdict.is === 'unchanged';
  const order = (step: PlanStep) => step.needs.filter(both).toSorted();
  return [
    ...(then.digest === now.digest ? [] : [moveOf(now, 'declaration', 'says something else')]),
    ...(isIdle || same(order(then), order(now))
      ? []
      : [moveOf(now, 'order', 'comes after other declarations')]),
    ...verdictMoves(then, now),
  ];
}

function verdictMoves(then: PlanStep, now: PlanStep): readonly Move[] {
  const [old, new_] = [then.verdict, now.verdict];
  if (isKnown(old) && isKnown(new_)) return fieldMoves(now, fieldsOf(old), fieldsOf(new_));
  const [before, after] = [describe(old), describe(new_)];
  return before === after ? [] : [moveOf(now, 'verdict', `was ${before}, is ${after}`)];
}

function isKnown({ is }: Verdict): boolean {
  return is === 'change' || is === 'unchanged';
}

function fieldsOf(verdict: Verdict): readonly FieldDiff[] {
  return verdict.is === 'change' ? verdict.fields : [];
}

/** A field that one of the plans does not have was as declared. */
function fieldMoves(
  step: PlanStep,
  then: readonly FieldDiff[],
  now: readonly FieldDiff[],
): readonly Move[] {
  const names = new Set([...then, ...now].map(({ field }) => field));
  return [...names].flatMap((field): readonly Move[] => {
    const [old, new_] = [then, now].map((all) => all.find((own) => own.field === field));
    if (old !== undefined && new_ !== undefined && !same(old.to, new_.to)) {
      return [moveOf(step, field, `was to become ${shown(old)}, is to become ${shown(new_)}`)];
    }
    if (old !== undefined && new_ !== undefined && same(old.from, new_.from)) return [];
    return [moveOf(step, field, `was ${sideOf(old)}, is ${sideOf(new_)}`)];
  });
}

function sideOf(field: FieldDiff | undefined): string {
  if (field === undefined) return 'as declared';
  return field.form === 'secret' ? 'another secret' : clip(field.from);
}

function shown({ to, form }: FieldDiff): string {
  return form === 'secret' ? 'a secret' : clip(to);
}

/** What a verdict says beside fields, in an order of its own. */
function describe(verdict: Verdict): string {
  switch (verdict.is) {
    case 'unchanged':
      return 'as declared';
    case 'change':
      return `to ${verdict.action}`;
    case 'refresh':
      return `refreshed because of ${verdict.notifiedBy.toSorted().join(', ')}`;
    case 'unknown':
      return `not known before ${verdict.after.toSorted().join(', ')}`;
    case 'error':
      return `the error ${verdict.error.code}`;
  }
}

function wasIs(then: unknown, now: unknown): string {
  return `was ${clip(then)}, is ${clip(now)}`;
}

const clippedMax = 60;

function clip(value: Json | unknown): string {
  const text = value === undefined ? 'not set' : JSON.stringify(value);
  return text.length > clippedMax ? `${text.slice(0, clippedMax)}…` : text;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
