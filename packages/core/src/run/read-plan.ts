import { valueProblems } from '../compile/validate.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { planSchema, planVersion } from '../model/plan-schema.ts';

/**
 * A plan that was saved as JSON, checked against its schema.
 * Errors: PLAN_INVALID with the place that is wrong, PLAN_VERSION.
 * @example const saved = parsePlan(await readFile('plan.json', 'utf8'), 'plan.json');
 */
export function parsePlan(text: string, name = 'The text'): Plan {
  try {
    return requirePlan(JSON.parse(text), name);
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
    const problem = `${name} is no JSON: ${thrown.message}.`;
    throw new HostwrightError('PLAN_INVALID', { problem, cause: thrown });
  }
}

/** The same for a value that is JSON already. */
export function requirePlan(value: unknown, name = 'The plan'): Plan {
  const version = versionOf(value);
  if (version !== undefined && version !== planVersion) {
    const problem = `${name} is a plan of version ${JSON.stringify(version)}; this Hostwright reads version ${planVersion}.`;
    throw new HostwrightError('PLAN_VERSION', { problem });
  }
  const problems = valueProblems(planSchema, value);
  if (problems.length === 0) return value as Plan; // The schema says what the type says; a test holds them together.
  const problem = `${name} is no plan. ${problems.slice(0, problemsMax).join(' ')}`;
  throw new HostwrightError('PLAN_INVALID', { problem });
}

const problemsMax = 3;

function versionOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return 'version' in value ? value.version : undefined;
}
