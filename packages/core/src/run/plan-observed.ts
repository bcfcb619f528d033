import type { Plan } from '../model/plan.ts';
import { planProgram } from '../plan/plan.ts';
import type { Observed } from './observe.ts';
import type { RunSettings } from './options.ts';

/** The plan of what was observed, held against what the caller allows. */
export function planObserved(
  { program, observation, problemsOf, seenWays }: Observed,
  { removalsMax }: RunSettings,
): Plan {
  return planProgram(program, observation, problemsOf, { removalsMax, seenWays });
}
