import type { Host } from '../model/host.ts';
import type { HostSummary, StepResult } from '../model/outcome.ts';
import { isWithin, type Selection } from '../model/selection.ts';
import type { Session } from './session.ts';

interface SummaryInput {
  readonly hosts: readonly Host[];
  readonly steps: readonly StepResult[];
  readonly session: Session;
  readonly selection: Selection;
  /** Hosts that no batch was begun for. */
  readonly notAttempted?: ReadonlySet<string>;
}

/** Counts per host, in the order of the inventory, with what its connection cost. */
export function summaries({
  hosts,
  steps,
  session,
  selection,
  notAttempted,
}: SummaryInput): readonly HostSummary[] {
  const byHost = Map.groupBy(steps, ({ host }) => host);
  return hosts.map(({ name }) => {
    const own = byHost.get(name) ?? [];
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
      ...(isWithin(selection, name) ? {} : { isReadOnly: true as const }),
      ...(notAttempted?.has(name) ? { isNotAttempted: true as const } : {}),
    });
  });
}
