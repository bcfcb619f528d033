import { changeVerdict } from '../diff/change-verdict.ts';
import type { HostwrightError } from '../model/errors.ts';
import { answeredCodes, type ResultName } from '../model/outcome.ts';
import type { FieldDiff, Verdict } from '../model/plan.ts';
import type { ProgramNode } from '../model/program.ts';
import type { ApplyRun } from './apply-run.ts';
import { type ResultFacts, stepResult } from './ledger.ts';

/** Nothing more is done on a host: the results of what is left, and the reason. */
export function loseHost(
  run: ApplyRun,
  host: string,
  nodes: readonly ProgramNode[],
  reason: HostwrightError,
): void {
  const error = reason.with({ stage: 'apply' });
  const isInterrupted = error.code === 'INTERRUPTED';
  const isLocked = error.code === 'LOCK_HELD';
  if (!isInterrupted) run.ledger.lost.set(host, error);
  if (isLocked) run.emit({ type: 'host.locked', host, error: error.toJSON() });
  for (const node of nodes) {
    if (run.ledger.results.has(node.id)) continue;
    if (isInterrupted || isLocked) abandon(run, node, isLocked ? error : undefined);
    else fail(run, node, error, 0);
  }
}

/** Nothing is begun for a node: its host is lost, or the run is interrupted. */
export function abandon(run: ApplyRun, node: ProgramNode, lost: HostwrightError | undefined): void {
  const verdict = verdictOf(run, node);
  if (lost?.code === 'LOCK_HELD')
    settle(run, node, 'skipped', { verdict, ms: 0, because: node.host });
  else if (lost !== undefined && answeredCodes.includes(lost.code)) fail(run, node, lost, 0);
  else if (lost !== undefined) settle(run, node, 'unreachable', { verdict, ms: 0, error: lost });
  else settle(run, node, 'skipped', { verdict, ms: 0, because: 'interrupted' });
}

/** The results of nodes whose batch was not begun. */
export function leaveOut(run: ApplyRun, nodes: readonly ProgramNode[]): void {
  for (const node of nodes) {
    const verdict = verdictOf(run, node);
    settle(run, node, 'skipped', { verdict, ms: 0, because: 'not attempted' });
  }
}

/** It failed. `fields`: what was being changed, where that is known better than the plan knew it. */
export function fail(
  run: ApplyRun,
  node: ProgramNode,
  error: HostwrightError,
  ms: number,
  fields?: readonly FieldDiff[],
): void {
  const verdict = fields === undefined ? verdictOf(run, node) : changeVerdict(fields);
  settle(run, node, 'failed', { verdict, ms, error });
}

/** Notes what became of a node, and says so. */
export function settle(
  run: ApplyRun,
  node: ProgramNode,
  result: ResultName,
  facts: ResultFacts,
): void {
  const step = stepResult(node, result, facts);
  run.ledger.results.set(node.id, step);
  run.emit({ type: 'step.finished', step });
}

/** What the plan says of a node. */
export function verdictOf(run: ApplyRun, node: ProgramNode): Verdict {
  return run.steps.get(node.id)?.verdict ?? { is: 'unchanged' };
}
