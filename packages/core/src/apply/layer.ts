import { type Assessment, assess, isAsWanted } from '../diff/assess.ts';
import { outputReader, readingOf } from '../diff/assess-all.ts';
import { changeVerdict } from '../diff/change-verdict.ts';
import { heldNeed } from '../diff/held-need.ts';
import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { Verdict } from '../model/plan.ts';
import type { ProgramNode } from '../model/program.ts';
import { type ApplyRun, wayTo } from './apply-run.ts';
import { exclusiveOf, runBeside } from './beside.ts';
import { byDanger, type Change, type Done, makeChanges, writeRemote } from './change.ts';
import { brokenNeed, type StagedWayBack, stepResult } from './ledger.ts';
import { isRefreshDue, refresh, refreshesOwedBy } from './refresh.ts';
import { reread, rereadPatiently } from './reread.ts';
import { abandon, fail, loseHost, settle, verdictOf } from './settle.ts';

/** Nodes of one host that are independent of each other and whose needs are met. */
export async function runLayer(
  run: ApplyRun,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<void> {
  const lost = run.ledger.lost.get(host);
  if (lost !== undefined || run.signal.aborted) {
    for (const node of nodes) abandon(run, node, lost);
    return;
  }
  for (const node of nodes) failHeld(run, node);
  const runnable = nodes.filter(
    (node) => !run.ledger.results.has(node.id) && !skipBroken(run, node),
  );
  try {
    const changes = await changesOf(run, host, runnable);
    const groups = [...Map.groupBy(changes, ({ node }) => node.declaration.type).values()];
    const batches = groups.flatMap(byDanger).map((batch) => ({
      exclusive: exclusiveOf(batch),
      run: () => applyGroup(run, host, batch),
    }));
    await runBeside(batches);
    await refreshAll(run, host, runnable);
  } catch (thrown) {
    loseHost(run, host, runnable, asHostwrightError(thrown));
  }
}

/** Fails a node whose needs differ and are not to be changed by this run. */
function failHeld(run: ApplyRun, node: ProgramNode): void {
  if (node.blocked !== undefined) return;
  const error = heldNeed(node, run.program, run.ledger.assessments);
  if (error !== undefined) fail(run, node, error, 0);
}

function skipBroken(run: ApplyRun, node: ProgramNode): boolean {
  const because = node.blocked ?? brokenNeed(node, run.ledger);
  if (because === undefined) return false;
  settle(run, node, 'skipped', { verdict: verdictOf(run, node), ms: 0, because });
  return true;
}

/** Reads what was unknown, and settles what needs no change or cannot be changed. */
async function changesOf(
  run: ApplyRun,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<readonly Change[]> {
  const unread = nodes.filter((node) => verdictOf(run, node).is === 'unknown');
  await rereadPatiently(run, host, unread);
  return nodes.flatMap((node) => {
    const assessment = assessNode(run, node);
    if (assessment.is === 'differs') return [{ node, difference: assessment.difference }];
    if (assessment.is === 'error') fail(run, node, assessment.error, 0);
    if (assessment.is === 'unknown' && !isAsWanted(assessment))
      fail(run, node, stillUnknown(run, node, assessment.reason), 0);
    return [];
  });
}

/** What the plan said of it already, or, where it waited for something, that this was not enough. */
function stillUnknown(run: ApplyRun, node: ProgramNode, reason: string): HostwrightError {
  const verdict = verdictOf(run, node);
  const problem =
    verdict.is === 'error'
      ? verdict.error.problem
      : `It still cannot be read after everything it needs: ${reason}.`;
  return new HostwrightError('PREREQUISITE_MISSING', { problem });
}

async function applyGroup(run: ApplyRun, host: string, changes: readonly Change[]): Promise<void> {
  const start = performance.now();
  const nodes = changes.map(({ node }) => node);
  if (run.signal.aborted) {
    for (const node of nodes) abandon(run, node, undefined);
    return;
  }
  const kind = nodes[0]?.declaration.kind ?? '';
  run.emit({ type: 'step.started', host, kind, ids: nodes.map(({ id }) => id) });
  const done = await change(run, host, changes);
  const ms = performance.now() - start;
  const changed = nodes.filter(({ id }) => done.get(id) === undefined);
  for (const { node, difference } of changes) {
    const error = done.get(node.id);
    if (error !== undefined) fail(run, node, error, ms, difference.fields);
  }
  const producers = changed.filter(({ id }) => run.links.consumed.has(id));
  await reread(run, host, producers);
  const fresh = new Map(producers.map((node) => [node.id, assessNode(run, node)]));
  for (const { node, difference } of changes) {
    if (done.get(node.id) !== undefined) continue;
    const verdict = changeVerdict(difference.fields);
    const again = fresh.get(node.id);
    if (again === undefined || isAsWanted(again)) settle(run, node, 'changed', { verdict, ms });
    else fail(run, node, stillDifferent(node, again), ms, difference.fields);
  }
}

async function change(run: ApplyRun, host: string, changes: readonly Change[]): Promise<Done> {
  const nodes = changes.map(({ node }) => node);
  const kind = nodes[0]?.declaration.kind ?? '';
  if (nodes[0]?.declaration.type.driver.via === 'remote') return writeRemote(changes, run.signal);
  return makeChanges({
    changes,
    way: wayTo(run, host),
    onWayBack: (id, staged) => {
      const others = run.ledger.waysBack.get(host) ?? [];
      run.ledger.waysBack.set(host, [...others, { id, nodes: staged }]);
    },
    owes: noteOwed(run, host, nodes),
    reassess: async (again) => {
      await reread(run, host, again);
      return new Map(again.map((node) => [node.id, assessNode(run, node)]));
    },
    onLine: (text) => run.emit({ type: 'step.output', host, kind, text }),
  });
}

/** Labels of refreshes that what is about to be done to these nodes owes, which are noted as recorded on the host. */
function noteOwed(run: ApplyRun, host: string, nodes: readonly ProgramNode[]): readonly string[] {
  const owes = refreshesOwedBy(nodes, run.links);
  const owed = run.ledger.owed.get(host) ?? new Set<string>();
  run.ledger.owed.set(host, new Set([...owed, ...owes]));
  return owes;
}

/** Refreshes what is due, once each, and settles everything that is left as ok. */
async function refreshAll(
  run: ApplyRun,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<void> {
  for (const node of nodes) {
    const earlier = run.ledger.results.get(node.id);
    if (earlier !== undefined && earlier.result !== 'changed') continue;
    const due = isRefreshDue(node, run.ledger, run.owedBefore.get(host) ?? []);
    if (due && !isFresh(run, node)) {
      // Of what was changed by itself the refresh is the second half.
      if (run.signal.aborted && earlier === undefined) abandon(run, node, undefined);
      else await refreshNode(run, host, node);
    } else if (earlier === undefined)
      settle(run, node, 'ok', { verdict: { is: 'unchanged' }, ms: 0 });
  }
}

async function refreshNode(run: ApplyRun, host: string, node: ProgramNode): Promise<void> {
  const start = performance.now();
  const { kind } = node.declaration;
  run.emit({ type: 'step.started', host, kind, ids: [node.id] });
  const assessment = run.ledger.assessments.get(node.id);
  const spec = assessment?.is === 'converged' ? assessment.spec : node.declaration.spec;
  const waysBack = waysBackFor(run, host, node);
  const error = await refresh({
    node,
    spec,
    way: wayTo(run, host),
    waysBack: waysBack.map(({ id }) => id),
    isRecorded: isRecorded(run, host, node),
    owes: noteOwed(run, host, [node]),
    onLine: (text) => run.emit({ type: 'step.output', host, kind, text }),
  });
  const ms = performance.now() - start;
  if (error !== undefined) {
    if (error.code === 'LOCKED_OUT' || error.code === 'APPLY_FAILED')
      failUndone(run, error, waysBack);
    return fail(run, node, error, ms);
  }
  run.ledger.owed.get(host)?.delete(node.label);
  settle(run, node, 'changed', { verdict: refreshVerdict(run, host, node), ms });
}

/** That it was refreshed, beside what was changed of itself. */
function refreshVerdict(
  { ledger, owedBefore, program }: ApplyRun,
  host: string,
  node: ProgramNode,
): Verdict {
  const isLeft = owedBefore.get(host)?.includes(node.label) === true;
  const notifiers = node.edges.filter(
    (edge) => edge.notifies && ledger.results.get(edge.needs)?.result === 'changed',
  );
  const labels = notifiers.map((edge) => program.byId.get(edge.needs)?.label ?? edge.needs);
  const notifiedBy = [...(isLeft ? ['an earlier run'] : []), ...labels];
  const earlier = ledger.results.get(node.id)?.verdict;
  if (earlier?.is === 'change') return { ...earlier, notifiedBy };
  return { is: 'refresh', notifiedBy, isCertain: true };
}

/** The changes that a refresh made count, and that the host has taken back. */
function failUndone(
  run: ApplyRun,
  error: HostwrightError,
  waysBack: readonly StagedWayBack[],
): void {
  for (const id of waysBack.flatMap(({ nodes = [] }) => nodes)) {
    const node = run.program.byId.get(id);
    const step = run.ledger.results.get(id);
    if (node === undefined || step === undefined) continue;
    const { verdict, ms } = step;
    run.ledger.results.set(id, stepResult(node, 'failed', { verdict, ms, error }));
  }
}

function isFresh(run: ApplyRun, node: ProgramNode): boolean {
  const assessment = run.ledger.assessments.get(node.id);
  const { driver } = node.declaration.type;
  if (assessment?.is !== 'differs' || driver.via !== 'shell') return false;
  return driver.isFreshAfter?.(assessment.difference) ?? true;
}

function assessNode(run: ApplyRun, node: ProgramNode): Assessment {
  const { ledger, program, problemsOf } = run;
  const reading = readingOf(ledger.readings, node.id);
  const readOutput = outputReader(program, ledger.readings, ledger.assessments);
  const assessment = assess({ node, reading, readOutput, problemsOf });
  ledger.assessments.set(node.id, assessment);
  return assessment;
}

function stillDifferent(node: ProgramNode, assessment: Assessment): HostwrightError {
  if (assessment.is === 'error') return assessment.error;
  const difference = assessment.is === 'differs' ? assessment.difference : undefined;
  const fields = difference?.fields.map(({ field }) => field).join(', ') ?? assessment.is;
  const own = difference && node.declaration.type.unsettled?.(difference.spec, true);
  const problem = own ?? `Read again after the change, it still differs: ${fields}.`;
  return new HostwrightError('VERIFY_DIFFERENT', { problem });
}

/** Ways back of changes that this node was notified of, in this run or, where a refresh is left of it, in an earlier one. */
function waysBackFor(run: ApplyRun, host: string, node: ProgramNode): readonly StagedWayBack[] {
  const notifiers = new Set(node.edges.filter((edge) => edge.notifies).map((edge) => edge.needs));
  const isLeft = run.owedBefore.get(host)?.includes(node.label) === true;
  const staged = run.ledger.waysBack.get(host) ?? [];
  return staged.filter(({ nodes }) => nodes?.some((id) => notifiers.has(id)) ?? isLeft);
}

function isRecorded(run: ApplyRun, host: string, { label }: ProgramNode): boolean {
  return (
    run.ledger.owed.get(host)?.has(label) || run.owedBefore.get(host)?.includes(label) || false
  );
}
