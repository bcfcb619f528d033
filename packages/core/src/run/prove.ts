import type { ApplyRun } from '../apply/apply-run.ts';
import { assess } from '../diff/assess.ts';
import { outputReader, readingOf } from '../diff/assess-all.ts';
import type { StepResult } from '../model/outcome.ts';
import type { ProgramNode } from '../model/program.ts';
import { holdAgainstPlan } from '../verify/predictions.ts';
import { verifyResults } from '../verify/verify.ts';
import { type Observed, readHost } from './observe.ts';
import type { Session } from './session.ts';

/**
 * Holds the results of some hosts against a second look at those where something changed: one round trip each. A host
 * where nothing changed was read just now; one that is lost cannot be read, and its summary says so. After an interrupt that
 * left something undone there is no proof; where all was done it is finished, so that no success is said without one.
 */
export async function prove(
  run: ApplyRun,
  { problemsOf }: Observed,
  session: Session,
  hosts: readonly string[],
): Promise<void> {
  const { ledger, program } = run;
  const own = new Set(hosts);
  const isChanged = ({ host, result }: StepResult) => own.has(host) && result === 'changed';
  const changed = new Set([...ledger.results.values()].filter(isChanged).map(({ host }) => host));
  const found = [...ledger.results.values()].filter(({ host }) => own.has(host));
  for (const step of holdAgainstPlan(found, run.steps)) ledger.results.set(step.id, step);
  if (found.some(({ because }) => because === 'interrupted')) return;
  const unhurried = { ...session, signal: new AbortController().signal };
  const byHost = Map.groupBy(
    program.nodes.filter(({ host }) => own.has(host)),
    ({ host }) => host,
  );
  const resultOf = ({ id }: ProgramNode) => ledger.results.get(id)?.result;
  const touched = [...byHost].filter(([host]) => !ledger.lost.has(host) && changed.has(host));
  const again = new Set<string>();
  await Promise.all(
    touched.map(async ([host, nodes]) => {
      const fine = nodes.filter((node) => ['changed', 'ok'].includes(resultOf(node) ?? ''));
      const found = await session.queue.run(() => readHost(unhurried, host, fine));
      for (const [id, reading] of found.readings) {
        ledger.readings.set(id, reading);
        again.add(id);
      }
    }),
  );
  const readOutput = outputReader(program, ledger.readings, ledger.assessments);
  for (const node of program.nodes) {
    if (!again.has(node.id)) continue;
    const reading = readingOf(ledger.readings, node.id);
    ledger.assessments.set(node.id, assess({ node, reading, readOutput, problemsOf }));
  }
  for (const [host, nodes] of touched) {
    if (!session.unreachable.has(host)) settle(run, session, host, nodes, again);
  }
}

/** Replaces results that the second look does not bear out. */
function settle(
  { ledger }: ApplyRun,
  session: Session,
  host: string,
  nodes: readonly ProgramNode[],
  again: ReadonlySet<string>,
): void {
  const results = nodes.flatMap(
    ({ id }): StepResult | readonly StepResult[] => ledger.results.get(id) ?? [],
  );
  const seen = new Map(
    nodes.flatMap(({ id, declaration: { type } }) => {
      const assessment = again.has(id) ? ledger.assessments.get(id) : undefined;
      return assessment === undefined ? [] : [[id, { type, assessment }] as const];
    }),
  );
  const steps = verifyResults(results, seen);
  const different = steps.filter((step, index) => step !== results[index]);
  for (const step of different) ledger.results.set(step.id, step);
  session.emit({ type: 'host.verified', host, different: different.length });
}
