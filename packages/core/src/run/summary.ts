import type { Host } from '../model/host.ts';
import type { HostSummary, StepResult } from '../model/outcome.ts';
import type { Session } from './session.ts';

/** Counts per host, in the order of the inventory, with what its connection cost. */
export function summaries(
  hosts: readonly Host[],
  steps: readonly StepResult[],
  session: Session,
): readonly HostSummary[] {
  return hosts.map(({ name }) => {
    const own = steps.filter((step) => step.host === name);
    const count = (result: StepResult['result']) =>
      own.filter((step) => step.result === result).length;
    const error = session.unreachable.get(name);
    return Object.freeze({
      host: name,
      counts: {
        ok: count('ok'),
        changed: count('changed'),
        failed: count('failed'),
        skipped: count('skipped'),
        unreachable: count('unreachable'),
      },
      roundTrips: session.roundTrips(name),
      ...(error === undefined ? {} : { error: error.toJSON() }),
    });
  });
}
