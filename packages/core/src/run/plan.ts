import type { Verb } from '../model/event.ts';
import type { HostSummary } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import { hostsOf, observe } from './observe.ts';
import type { RunSettings } from './options.ts';
import { planObserved } from './plan-observed.ts';
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
  const hosts = hostsOf(playbook);
  const session = openSession(settings);
  try {
    session.emit({ type: 'run.started', verb, hosts: hosts.map(({ name }) => name) });
    requireRunning(session.signal);
    const planned = planObserved(await observe(playbook, session), settings);
    session.emit({ type: 'plan.ready', plan: planned });
    const ms = Math.round(performance.now() - start);
    const summary = summaries(hosts, [], session);
    session.emit({ type: 'run.finished', hosts: summary, ms });
    return session.redacted(Object.freeze({ plan: planned, hosts: summary, ms }));
  } finally {
    await session.close();
  }
}
