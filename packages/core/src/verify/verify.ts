import { type Assessment, isAsWanted } from '../diff/assess.ts';
import { HostwrightError } from '../model/errors.ts';
import type { StepResult } from '../model/outcome.ts';
import type { FieldDiff } from '../model/plan.ts';
import type { AnyResourceType } from '../model/resource-type.ts';

/** What the second look at one declaration found. */
interface Seen {
  readonly type: Pick<AnyResourceType, 'unsettled'>;
  readonly assessment: Assessment;
}

/**
 * Results held against a second look at the hosts. Exit codes are not believed: what was reported as done and still
 * differs is a failure, and so is anything that was fine before and was broken by another change.
 */
export function verifyResults(
  results: readonly StepResult[],
  seen: ReadonlyMap<string, Seen>,
): readonly StepResult[] {
  return results.map((step) => {
    const found = seen.get(step.id);
    if (found === undefined || (step.result !== 'changed' && step.result !== 'ok')) return step;
    const { type, assessment } = found;
    if (isAsWanted(assessment)) return step;
    return Object.freeze({
      ...step,
      result: 'failed' as const,
      error: different(step, type, assessment).toJSON(),
    });
  });
}

function different(
  step: StepResult,
  type: Seen['type'],
  assessment: Exclude<Assessment, { is: 'converged' }>,
): HostwrightError {
  const place = {
    host: step.host,
    resource: step.label,
    source: step.source,
    stage: 'verify' as const,
  };
  if (assessment.is === 'error') return assessment.error.with(place);
  if (assessment.is === 'unknown') {
    const problem = `Read again after the run, it cannot be seen: ${assessment.reason}.`;
    return new HostwrightError('VERIFY_DIFFERENT', { ...place, problem });
  }
  const { fields, spec } = assessment.difference;
  const own = type.unsettled?.(spec, step.result === 'changed');
  if (own !== undefined) return new HostwrightError('VERIFY_DIFFERENT', { ...place, problem: own });
  const done = step.result === 'changed' ? 'The change was applied' : 'It needed no change';
  return new HostwrightError('VERIFY_DIFFERENT', {
    ...place,
    problem: `${done}, but read again after the run it differs: ${fields.map(({ field }) => field).join(', ')}.`,
    detail: fields.map(describeField).join('\n'),
  });
}

function describeField({ field, from, to, form }: FieldDiff): string {
  if (form !== undefined) return `${field}: differs`;
  return `${field}: expected ${JSON.stringify(to)}, found ${JSON.stringify(from)}`;
}
