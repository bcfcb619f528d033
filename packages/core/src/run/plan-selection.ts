import { HostwrightError } from '../model/errors.ts';
import type { Plan, PlanSelection } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import { type Scope, scopeOf } from './observe.ts';
import type { RunSettings } from './options.ts';

/** The plan with what its run was limited to, where it was limited. */
export function withSelection(plan: Plan, scope: Scope): Plan {
  const selection = selectionOf(scope);
  return Object.keys(selection).length === 0 ? plan : Object.freeze({ ...plan, selection });
}

/**
 * The scope of an apply: that of the plan that it was given, or of its settings.
 * Errors: those of `scopeOf`; PLAN_OUTDATED where the plan is for hosts that are there no more; SETTINGS_INVALID for settings
 * that select something else than the plan does.
 */
export function scopeOfApply(
  playbook: Playbook,
  settings: RunSettings,
  plan: Plan | undefined,
): Scope {
  if (plan === undefined) return scopeOf(playbook, settings);
  const { limit, tags, skipTags } = settings;
  const given = Object.entries({ limit, tags, skipTags }).filter(([, value]) => value);
  const own = scopeOfPlan(playbook, plan);
  if (given.length === 0) return own;
  const scope = scopeOf(playbook, { ...plan.selection, ...Object.fromEntries(given) });
  if (isSame(selectionOf(scope), plan.selection ?? {})) return scope;
  throw new HostwrightError('SETTINGS_INVALID', {
    problem: `The plan was made for ${describe(plan.selection ?? {})}, and ${given.map(([name]) => name).join(', ')} of this run selects something else.`,
    remedy: 'Leave it out, since the plan knows what it is for, or make a new plan.',
  });
}

function scopeOfPlan(playbook: Playbook, plan: Plan): Scope {
  try {
    return scopeOf(playbook, plan.selection ?? {});
  } catch (thrown) {
    throw orOutdated(thrown, plan);
  }
}

const wrongSelections: readonly string[] = ['LIMIT_INVALID', 'TAG_UNKNOWN', 'TAGS_SELECT_NOTHING'];

/** What was thrown; where the hosts or tags of a saved plan do not fit, it is the plan that does not fit any more. */
export function orOutdated(thrown: unknown, plan: Plan | undefined): unknown {
  const isOutdated = thrown instanceof HostwrightError && wrongSelections.includes(thrown.code);
  if (plan === undefined || !isOutdated) return thrown;
  return new HostwrightError('PLAN_OUTDATED', {
    stage: 'plan',
    problem: `The plan is for something that is there no more. ${thrown.problem}`,
    cause: thrown,
  });
}

function selectionOf({ hosts, selection: { limit, tags, skipTags } }: Scope): PlanSelection {
  return {
    ...(limit === undefined ? {} : { limit: hosts.map(({ name }) => name) }),
    ...(tags === undefined ? {} : { tags }),
    ...(skipTags.length === 0 ? {} : { skipTags }),
  };
}

/** The order of names is no difference. */
function isSame(one: PlanSelection, other: PlanSelection): boolean {
  return (['limit', 'tags', 'skipTags'] as const).every(
    (name) => one[name]?.toSorted().join() === other[name]?.toSorted().join(),
  );
}

function describe({ limit, tags, skipTags }: PlanSelection): string {
  return [
    limit?.join(', ') ?? 'all hosts',
    ...(tags === undefined ? [] : [`only the tags ${tags.join(', ')}`]),
    ...(skipTags === undefined ? [] : [`without the tags ${skipTags.join(', ')}`]),
  ].join(', ');
}
