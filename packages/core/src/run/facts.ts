import { limitOf } from '../compile/limit.ts';
import { controller } from '../declare/inventory.ts';
import type { Facts } from '../model/facts.ts';
import type { HostSummary } from '../model/outcome.ts';
import type { Playbook } from '../model/playbook.ts';
import { secretsOfHost } from '../model/redact.ts';
import { everything } from '../model/selection.ts';
import type { RunSettings } from './options.ts';
import { requirePlaybook, requireSettings } from './require-settings.ts';
import { gatherFacts, openSession, requireRunning } from './session.ts';
import { summaries } from './summary.ts';

export interface FactsReport {
  /** By host, in the order of the inventory. Hosts that could not be reached are missing. */
  readonly facts: ReadonlyMap<string, Facts>;
  /** All hosts of the inventory or the limit; those that could not be reached say why. */
  readonly hosts: readonly HostSummary[];
  /** Wall time in milliseconds. */
  readonly ms: number;
}

/**
 * The facts of every host of the inventory, or of the limit, whether a play selects it or not. Writes nothing to any host.
 *
 * Cost: one connection and one exec round trip per host.
 * Errors: LIMIT_INVALID, INTERRUPTED. Hosts that cannot be reached have an error in `hosts`; they are no error of the call.
 * @example const { facts } = await facts(playbook);
 */
export async function facts(playbook: Playbook, settings: RunSettings = {}): Promise<FactsReport> {
  const start = performance.now();
  requireSettings(settings);
  requirePlaybook(playbook);
  const { inventory } = playbook;
  const limit = limitOf(inventory, controller, settings.limit);
  const hosts = [...inventory.hosts.values()].filter(({ name }) => limit?.has(name) ?? true);
  const session = openSession(settings);
  try {
    session.hide(hosts.flatMap(secretsOfHost));
    session.emit({ type: 'run.started', verb: 'facts', hosts: hosts.map(({ name }) => name) });
    requireRunning(session.signal);
    const found = await gatherFacts(session, hosts);
    const ordered = hosts.flatMap(({ name }): [string, Facts][] => {
      const own = found.get(name);
      return own === undefined ? [] : [[name, own]];
    });
    const ms = Math.round(performance.now() - start);
    const summary = summaries({ hosts, steps: [], session, selection: everything });
    session.emit({ type: 'run.finished', hosts: summary, ms });
    return Object.freeze({ facts: new Map(ordered), hosts: session.redacted(summary), ms });
  } catch (thrown) {
    throw session.redactedError(thrown);
  } finally {
    await session.close();
  }
}
