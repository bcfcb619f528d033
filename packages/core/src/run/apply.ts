import type { ApplyRun } from '../apply/apply-run.ts';
import { emptyLedger } from '../apply/ledger.ts';
import { linksOf } from '../apply/links.ts';
import { batchesOf } from '../compile/rollout.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import type { ProgramNode } from '../model/program.ts';
import type { Planned } from '../plan/plan.ts';
import { requireAllowed, requireSamePlan } from './allowed.ts';
import { awaitEarlier } from './earlier-runs.ts';
import { type HostLock, hostLock } from './host-lock.ts';
import { type Observed, observe, readNodes } from './observe.ts';
import { type RunSettings, wayBackMsDefault } from './options.ts';
import { planObserved } from './plan-observed.ts';
import { orOutdated, scopeOfApply, withSelection } from './plan-selection.ts';
import { requirePlan } from './read-plan.ts';
import { requireSettings } from './require-settings.ts';
import { failLimitOf, rollOut } from './rollout.ts';
import { openSession, requireRunning, type Session } from './session.ts';
import { summaries } from './summary.ts';

export interface ApplySettings extends RunSettings {
  /**
   * The plan that was made and agreed to. The hosts are read again, and nothing is done when it is no longer true: not
   * when a host moved, nor when playbook or inventory say something else. It is for the hosts and tags that it was made for;
   * `limit`, `tags` and `skipTags` need not be given again, and select nothing else.
   */
  readonly plan?: Plan;
}

export interface ApplyReport {
  readonly plan: Plan;
  readonly outcome: Outcome;
}

/**
 * Brings the hosts to what the playbook declares, and proves it: after the changes every touched host is read again,
 * and what still differs is a failure.
 *
 * Cost: two exec round trips per host where nothing changes; one more for each kind of change in each layer, and one to verify.
 * Errors: what is wrong with the playbook is thrown before anything is changed, and so are PLAN_OUTDATED,
 * PLAN_REMOVES_TOO_MUCH and PLAN_CUTS_OFF. Failures on hosts are results:
 * `outcome.isConverged` is false, and each failed step has its error.
 * @example
 * const { outcome } = await apply(playbook, { forks: 20, signal: AbortSignal.timeout(600_000) });
 * if (!outcome.isConverged) process.exitCode = 1;
 */
export async function apply(
  playbook: Playbook,
  settings: ApplySettings = {},
): Promise<ApplyReport> {
  const start = performance.now();
  requireSettings(settings, ['plan']);
  const saved = settings.plan === undefined ? undefined : requirePlan(settings.plan);
  const scope = scopeOfApply(playbook, settings, saved);
  const isTooMany = failLimitOf(settings);
  const session = openSession(settings);
  const lock = hostLock(settings, session, scope.hosts);
  try {
    const names = scope.hosts.map(({ name }) => name);
    session.emit({ type: 'run.started', verb: 'apply', hosts: names });
    requireRunning(session.signal);
    const observed = await observe(scope, session, awaitEarlier);
    const { program, hosts } = observed;
    const batches = batchesOf(names, program, settings.serial);
    const { plan, assessments } = await planObserved(observed, settings);
    const planned = withSelection(plan, scope);
    session.emit({ type: 'plan.ready', plan: planned });
    if (saved !== undefined) requireSamePlan(saved, session.redacted(planned));
    requireAllowed(session.redacted(planned));
    const run = applyRun(observed, { plan: planned, assessments }, session, lock, settings);
    const notAttempted = await rollOut({ run, observed, session, lock, batches, isTooMany });
    const steps = program.nodes.flatMap(({ id }) => run.ledger.results.get(id) ?? []);
    const ms = Math.round(performance.now() - start);
    const { selection } = scope;
    const summary = summaries({ hosts, steps, session, selection, notAttempted });
    const isConverged =
      session.unreachable.size === 0 &&
      notAttempted.size === 0 &&
      steps.every(({ result }) => result === 'ok' || result === 'changed');
    const outcome: Outcome = Object.freeze({ version: 1, steps, hosts: summary, isConverged, ms });
    session.emit({ type: 'run.finished', hosts: summary, outcome, ms });
    return session.redacted(Object.freeze({ plan: planned, outcome }));
  } catch (thrown) {
    throw session.redactedError(orOutdated(thrown, saved));
  } finally {
    await lock.release(session.transports.keys());
    lock.end();
    await session.close();
  }
}

function applyRun(
  { program, observation, problemsOf }: Observed,
  { plan, assessments }: Planned,
  session: Session,
  lock: HostLock,
  { wayBackMs = wayBackMsDefault }: ApplySettings,
): ApplyRun {
  // Nodes of hosts that were lost while they were read have no step, and are not touched.
  const isPlanned = ({ host }: ProgramNode) => !observation.unreachable.has(host);
  const ledger = emptyLedger(observation.readings);
  for (const [host, ids] of observation.waysBack) {
    ledger.waysBack.set(
      host,
      ids.map((id) => ({ id, nodes: undefined })),
    );
  }
  for (const [host, error] of observation.unreachable) ledger.lost.set(host, error);
  // What this run leaves as it is, is as it was read.
  for (const { id, hold } of program.nodes) {
    const assessment = hold === undefined ? undefined : assessments.get(id);
    if (assessment !== undefined) ledger.assessments.set(id, assessment);
  }
  return {
    program,
    links: linksOf(program),
    steps: new Map(plan.steps.map((step) => [step.id, step])),
    owedBefore: observation.owed,
    heldBefore: observation.held,
    ledger,
    lock,
    wayBackMs,
    problemsOf,
    probe: async (host, nodes) =>
      (await readNodes(session, host, nodes.filter(isPlanned))).readings,
    transportOf: (host) => session.transports.get(host),
    reconnect: session.reconnect,
    enter: session.enter,
    emit: session.emit,
    signal: session.signal,
  };
}
