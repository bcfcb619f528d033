import { HostwrightError } from '../model/errors.ts';
import { listed } from '../model/listed.ts';
import type { Plan } from '../model/plan.ts';
import { describeMoves, movesBetween } from '../plan/moves.ts';

/** Errors: PLAN_OUTDATED, naming everything that is not as the saved plan says. */
export function requireSamePlan(saved: Plan, now: Plan): void {
  const moves = movesBetween(saved, now);
  if (moves.length === 0) return;
  const hosts = new Set(moves.map(({ host }) => host));
  throw new HostwrightError('PLAN_OUTDATED', {
    stage: 'plan',
    problem: `The plan is no longer true on ${[...hosts].join(', ')}.`,
    detail: describeMoves(moves),
  });
}

/** Errors: the plan's own refusals: the one there is, or the first with the others below it. */
export function requireAllowed({ refusals }: Plan): void {
  const [first, ...others] = refusals;
  if (first === undefined) return;
  const lines = others.map(({ host = '', resource = '', problem }) =>
    `${host} ${resource} ${problem}`.trim(),
  );
  const detail = [first.detail, listed(lines)].filter((part) => part !== undefined && part !== '');
  throw new HostwrightError(first.code, { ...first, detail: detail.join('\n') });
}
