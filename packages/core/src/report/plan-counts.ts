import type { Plan, PlanStep } from '../model/plan.ts';
import { type Line, line, span, type Tone } from './styled-line.ts';

/** How many steps of a plan there are of each sort. */
export interface PlanCounts {
  readonly create: number;
  readonly update: number;
  readonly remove: number;
  /** Reloads, restarts and runs that are certain. */
  readonly refresh: number;
  /** Known only after something else was applied; uncertain refreshes are among them. */
  readonly unknown: number;
  readonly unchanged: number;
  readonly errors: number;
  readonly unreachable: number;
}

export function planCounts({
  steps,
  unreachable,
}: Pick<Plan, 'steps' | 'unreachable'>): PlanCounts {
  const sorts = steps.map(sortOf);
  const count = (sort: Sort) => sorts.filter((own) => own === sort).length;
  return {
    create: count('create'),
    update: count('update'),
    remove: count('remove'),
    refresh: count('refresh'),
    unknown: count('unknown'),
    unchanged: count('unchanged'),
    errors: count('errors'),
    unreachable: unreachable.length,
  };
}

/** True when an apply would, or could, change something. */
export function hasChanges({ create, update, remove, refresh, unknown }: PlanCounts): boolean {
  return create + update + remove + refresh + unknown > 0;
}

type Sort = Exclude<keyof PlanCounts, 'unreachable'>;

function sortOf({ verdict }: PlanStep): Sort {
  switch (verdict.is) {
    case 'change':
      return verdict.action;
    case 'refresh':
      return verdict.isCertain ? 'refresh' : 'unknown';
    case 'error':
      return 'errors';
    default:
      return verdict.is;
  }
}

/** `12 to create, 3 to update, 40 known after something else, 80 unchanged`, leaving out what there is none of. */
export function planSentence(counts: PlanCounts): Line {
  const parts: readonly (readonly [number, string, Tone])[] = [
    [counts.create, 'to create', 'create'],
    [counts.update, 'to update', 'update'],
    [counts.remove, 'to remove', 'remove'],
    [counts.refresh, 'to refresh', 'refresh'],
    [counts.unknown, 'known after something else', 'unknown'],
    [counts.unchanged, 'unchanged', 'dim'],
    [counts.errors, counts.errors === 1 ? 'with an error' : 'with errors', 'bad'],
  ];
  const said = parts.filter(([count]) => count > 0);
  if (said.length === 0) return line('nothing');
  return said.flatMap(([count, what, tone], index) => [
    span(index === 0 ? '' : ', '),
    span(`${count.toLocaleString('en-US')} ${what}`, tone),
  ]);
}
