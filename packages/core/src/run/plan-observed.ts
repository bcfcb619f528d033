import { type Planned, planning } from '../plan/plan.ts';
import { inTurns } from './in-turns.ts';
import type { Observed } from './observe.ts';
import type { RunSettings } from './options.ts';

/** The plan of what was observed, held against what the caller allows. */
export function planObserved(
  { program, observation, problemsOf, seenWays }: Observed,
  { removalsMax }: RunSettings,
): Promise<Planned> {
  return inTurns(planning(program, observation, problemsOf, { removalsMax, seenWays }));
}
