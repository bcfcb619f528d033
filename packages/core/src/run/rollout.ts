import { applyProgram } from '../apply/apply.ts';
import type { ApplyRun } from '../apply/apply-run.ts';
import { leaveOut } from '../apply/settle.ts';
import { HostwrightError } from '../model/errors.ts';
import type { StepResult } from '../model/outcome.ts';
import type { Batch } from '../model/rollout.ts';
import type { HostLock } from './host-lock.ts';
import type { Observed } from './observe.ts';
import type { RunSettings } from './options.ts';
import { prove } from './prove.ts';
import type { Session } from './session.ts';

export interface RolloutInput {
  readonly run: ApplyRun;
  readonly observed: Observed;
  readonly session: Session;
  readonly lock: HostLock;
  readonly batches: readonly Batch[];
  /** Whether so many failed hosts are too many. */
  readonly isTooMany: FailLimit;
}

/** Hosts that failed in the whole run, and those of one batch with its size. */
export type FailLimit = (all: number, batch: number, size: number) => boolean;

/**
 * One batch after the other, each applied and proved before the next one is begun. A host counts as failed when a step
 * failed, when it could not be reached, and when another run holds it. Returns the hosts of batches that were not begun.
 */
export async function rollOut(input: RolloutInput): Promise<ReadonlySet<string>> {
  const { run, session, batches, lock } = input;
  const failed = new Set<string>();
  const left = new Set<string>();
  let isOver = false;
  for (const [index, { hosts }] of batches.entries()) {
    noteFailed(failed, hosts, input);
    isOver ||= isTooMuch(failed, hosts, input);
    if (isOver) {
      const own = new Set(hosts);
      leaveOut(
        run,
        run.program.nodes.filter((node) => own.has(node.host) && node.hold === undefined),
      );
      for (const host of hosts) if (!session.unreachable.has(host)) left.add(host);
      continue;
    }
    if (batches.length > 1)
      session.emit({ type: 'batch.started', batch: index + 1, of: batches.length, hosts });
    await applyProgram(run, new Set(hosts), (task) => session.queue.run(task));
    for (const [host, error] of run.ledger.lost) session.unreachable.set(host, error);
    await prove(run, input.observed, session, hosts);
    await lock.release(hosts);
    noteFailed(failed, hosts, input);
    isOver = isTooMuch(failed, hosts, input);
  }
  return left;
}

function isTooMuch(
  failed: ReadonlySet<string>,
  hosts: readonly string[],
  { isTooMany }: RolloutInput,
): boolean {
  return isTooMany(failed.size, hosts.filter((host) => failed.has(host)).length, hosts.length);
}

function noteFailed(
  failed: Set<string>,
  hosts: readonly string[],
  { run, session }: RolloutInput,
): void {
  const isBad = ({ result }: StepResult) => result === 'failed' || result === 'unreachable';
  const bad = new Set([...run.ledger.results.values()].filter(isBad).map(({ host }) => host));
  for (const host of hosts) if (bad.has(host) || session.unreachable.has(host)) failed.add(host);
}

/** Errors: ROLLOUT_INVALID. */
export function failLimitOf({ serial, maxFail }: RunSettings): FailLimit {
  const limit = maxFail ?? (serial === undefined ? undefined : 0);
  if (limit === undefined) return () => false;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 0)
    return (all) => all > limit;
  const part =
    typeof limit === 'string' ? Number(/^(\d+(?:\.\d+)?)%$/.exec(limit)?.[1]) : Number.NaN;
  if (part >= 0 && part <= 100) return (_all, batch, size) => batch * 100 > size * part;
  throw new HostwrightError('ROLLOUT_INVALID', {
    problem: `maxFail is not right: ${JSON.stringify(limit)} is no number of hosts, and no part of a batch such as 10%.`,
  });
}
