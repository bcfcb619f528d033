import { HostwrightError } from '../model/errors.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import { type Assessment, isAsWanted } from './assess.ts';

/**
 * Why a node cannot be changed: something that it needs differs, and this run leaves that as it is. Undefined where all
 * such needs are converged.
 */
export function heldNeed(
  node: ProgramNode,
  { byId }: Pick<Program, 'byId'>,
  assessments: ReadonlyMap<string, Assessment>,
): HostwrightError | undefined {
  for (const { needs } of node.edges) {
    const hold = byId.get(needs)?.hold;
    const assessment = assessments.get(needs);
    if (hold === undefined || isAsWanted(assessment)) continue;
    const why = hold.by === 'limit' ? 'its host is not in the limit' : 'its tags are not selected';
    const state = assessment?.is === 'differs' ? 'differs' : 'could not be compared';
    return new HostwrightError('NEED_HELD', {
      problem: `It needs ${needs}, which ${state} and is left as it is: ${why}.`,
      host: node.host,
      resource: node.label,
      source: node.declaration.source,
      ...(assessment?.is === 'error' ? { detail: assessment.error.message } : {}),
    });
  }
  return undefined;
}
