import { batchesOf } from '../compile/rollout.ts';
import type { Verb } from '../model/event.ts';
import type { HostSummary } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import { nameEarlier } from './earlier-runs.ts';
import { observe, scopeOf } from './observe.ts';
import type { RunSettings } from './options.ts';
import { planObserved } from './plan-observed.ts';
import { withSelection } from './plan-selection.ts';
import { requireSettings } from './require-settings.ts';
import { openSession, requireRunning } from './session.ts';
import { summaries } from './summary.ts';

export interface PlanReport {
  readonly plan: Plan;
  readonly hosts: readonly HostSummary[];
  /** Wall time in milliseconds. */
  readonly ms: number;
}

/**
 * What `apply` would do, without doing it. Writes nothing to any host.
 *
 * Cost: one connection and two exec round trips per host.
 * Errors: everything that is wrong with the playbook, as HostwrightError, before a host is connected to where that is
 * possible. Hosts that cannot be reached are listed in the plan; they are no error of the call.
 * @example const { plan } = await plan(playbook, { onEvent: console.log });
 */
export function plan(playbook: Playbook, settings: RunSettings = {}): Promise<PlanReport> {
  return planAs('plan', playbook, settings);
}

/** The same, for finding drift: whatever a plan would change is a difference that nobody declared. */
export function verify(playbook: Playbook, settings: RunSettings = {}): Promise<PlanReport> {
  return planAs('verify', playbook, settings);
}

async function planAs(verb: Verb, playbook: Playbook, settings: RunSettings): Promise<PlanReport> {
  const start = performance.now();
  requireSettings(settings);
  const scope = scopeOf(playbook, settings);
  const names = scope.hosts.map(({ name }) => name);
  const session = openSession(settings);
  try {
    session.emit({ type: 'run.started', verb, hosts: names });
    requireRunning(session.signal);
    const observed = await observe(scope, session, nameEarlier);
    // What cannot be rolled out is better known now than after the answer.
    batchesOf(names, observed.program, settings.serial);
    const planned = withSelection((await planObserved(observed, settings)).plan, scope);
    session.emit({ type: 'plan.ready', plan: planned });
    const ms = Math.round(performance.now() - start);
    const summary = summaries({ ...scope, hosts: observed.hosts, steps: [], session });
    session.emit({ type: 'run.finished', hosts: summary, ms });
    return session.redacted(Object.freeze({ plan: planned, hosts: summary, ms }));
  } catch (thrown) {
    throw session.redactedError(thrown);
  } finally {
    await session.close();
  }
}
