import type { RunRecord } from '../run-record.ts';

/** Ids of a page for ids of steps, which have characters that links do not like. */
export function stepAnchors({ steps }: RunRecord): ReadonlyMap<string, string> {
  return new Map(steps.map(({ id }, index) => [id, `step-${index + 1}`]));
}
