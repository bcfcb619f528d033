import { HostwrightError } from '../model/errors.ts';
import { listed, placeOf } from '../model/listed.ts';
import type { PlanStep } from '../model/plan.ts';

/** How much a plan may remove. A small host is no exception: one removal of two resources is 50 percent. */
export interface RemovalsMax {
  /** Removals in the whole plan. */
  readonly count?: number;
  /** Removals on any one host, in percent of what is declared for it. */
  readonly percent?: number;
}

/** Errors to refuse the plan by, PLAN_REMOVES_TOO_MUCH each; none when it removes no more than was allowed. */
export function removalRefusals(
  steps: readonly PlanStep[],
  { count, percent }: RemovalsMax,
): readonly HostwrightError[] {
  const removals = steps.filter(isRemoval);
  const problems = [
    ...(count !== undefined && removals.length > count
      ? [`It removes ${removals.length}, and at most ${count} were allowed.`]
      : []),
    ...(percent === undefined ? [] : hostsOver(steps, percent)),
  ];
  if (problems.length === 0) return [];
  const places = removals.map(({ host, label, source }) => placeOf(`${host} ${label}`, source));
  const detail = listed(places);
  return [new HostwrightError('PLAN_REMOVES_TOO_MUCH', { problem: problems.join(' '), detail })];
}

function hostsOver(steps: readonly PlanStep[], percent: number): readonly string[] {
  return [...Map.groupBy(steps, ({ host }) => host)].flatMap(([host, own]) => {
    const removed = own.filter(isRemoval).length;
    if (removed * 100 <= percent * own.length) return [];
    const share = Math.round((removed * 1000) / own.length) / 10;
    return [
      `On ${host} it removes ${removed} of ${own.length}, which is ${share} %, and at most ${percent} % were allowed.`,
    ];
  });
}

function isRemoval({ verdict }: PlanStep): boolean {
  return verdict.is === 'change' && verdict.action === 'remove';
}
