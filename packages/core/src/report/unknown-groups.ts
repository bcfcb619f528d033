import type { PlanStep } from '../model/plan.ts';

/** Steps that become known together. */
export interface UnknownGroup {
  /** Ids of the changes they wait for, followed back to changes that are certain. */
  readonly roots: readonly string[];
  /** Why, where there is nothing to wait for. */
  readonly reason: string | undefined;
  readonly steps: readonly PlanStep[];
}

/**
 * Unknown steps by what they wait for. A step that waits for unknown steps waits for their roots in the end, so that
 * sixty unknown steps of a bare host become a few groups.
 */
export function unknownGroups(
  steps: readonly PlanStep[],
  byId: ReadonlyMap<string, PlanStep>,
): readonly UnknownGroup[] {
  const rootsOf = rootFinder(byId);
  const waiting = steps.flatMap((step) => {
    if (step.verdict.is !== 'unknown') return [];
    const roots = [...rootsOf(step)].toSorted();
    return [{ step, roots, reason: roots.length === 0 ? step.verdict.reason : undefined }];
  });
  const groups = Map.groupBy(waiting, ({ roots, reason }) => [...roots, reason].join('\n'));
  return [...groups.values()].map((members) => ({
    roots: members[0]?.roots ?? [],
    reason: members[0]?.reason,
    steps: members.map(({ step }) => step),
  }));
}

function rootFinder(byId: ReadonlyMap<string, PlanStep>): (step: PlanStep) => ReadonlySet<string> {
  const found = new Map<string, ReadonlySet<string>>();
  const rootsOf = (step: PlanStep): ReadonlySet<string> => {
    const known = found.get(step.id);
    if (known !== undefined) return known;
    const roots = new Set<string>();
    found.set(step.id, roots);
    for (const id of step.verdict.is === 'unknown' ? step.verdict.after : []) {
      const needed = byId.get(id);
      const further = needed?.verdict.is === 'unknown' ? rootsOf(needed) : new Set([id]);
      for (const root of further.size === 0 ? [id] : further) roots.add(root);
    }
    return roots;
  };
  return rootsOf;
}
