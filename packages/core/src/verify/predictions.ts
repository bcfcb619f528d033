import { HostwrightError } from '../model/errors.ts';
import type { StepResult } from '../model/outcome.ts';
import type { FieldDiff, PlanStep, Verdict } from '../model/plan.ts';

/**
 * Results held against what the plan predicted: a change that the plan did not have, or that began from another value
 * than the plan saw, is a failure, although the host is as declared now. What the plan did not know (`unknown`, and
 * refreshes that hang on it) predicts nothing, and is held against nothing.
 */
export function holdAgainstPlan(
  results: readonly StepResult[],
  planned: ReadonlyMap<string, PlanStep>,
): readonly StepResult[] {
  return results.map((step) => {
    const predicted = planned.get(step.id)?.verdict;
    if (predicted === undefined || step.result !== 'changed') return step;
    const surprises = surprisesIn(predicted, step.verdict);
    if (surprises.length === 0) return step;
    const { host, label, source } = step;
    const error = new HostwrightError('VERIFY_UNPLANNED', {
      problem: `What was changed is not what the plan said: ${surprises.join('; ')}.`,
      host,
      resource: label,
      source,
      stage: 'verify',
    });
    return Object.freeze({ ...step, result: 'failed' as const, error: error.toJSON() });
  });
}

function surprisesIn(predicted: Verdict, done: Verdict): readonly string[] {
  if (done.is !== 'change' || predicted.is === 'unknown' || predicted.is === 'error') return [];
  const expected = predicted.is === 'change' ? predicted.fields : [];
  const names = new Set([...expected, ...done.fields].map(({ field }) => field));
  return [...names].flatMap((name) => {
    const [said, was] = [expected, done.fields].map((all) => all.find((own) => own.field === name));
    return isSame(said, was) ? [] : [`${name} was to be ${sideOf(said)}, and was ${sideOf(was)}`];
  });
}

function isSame(said: FieldDiff | undefined, was: FieldDiff | undefined): boolean {
  return JSON.stringify([said?.from, said?.to]) === JSON.stringify([was?.from, was?.to]);
}

function sideOf(field: FieldDiff | undefined): string {
  if (field === undefined) return 'left as it is';
  if (field.form !== undefined) return 'changed from another value';
  return `changed from ${JSON.stringify(field.from)} to ${JSON.stringify(field.to)}`;
}
