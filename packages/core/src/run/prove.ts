import type { ApplyRun } from '../apply/layer.ts';
import { assessAll } from '../diff/assess-all.ts';
import type { StepResult } from '../model/outcome.ts';
import type { Reading } from '../model/reading.ts';
import { holdAgainstPlan } from '../verify/predictions.ts';
import { verifyResults } from '../verify/verify.ts';
import { type Observed, readHost } from './observe.ts';
import type { Session } from './session.ts';

/**
 * The results of a run, held against the plan and against a second look at every host where something changed: one round trip each. A host
 * where nothing changed was read just now; one that is lost cannot be read, and its summary says so.
 */
export async function prove(
  run: ApplyRun,
  { program, problemsOf }: Observed,
  session: Session,
): Promise<readonly StepResult[]> {
  const { ledger } = run;
  const found = program.nodes.flatMap(({ id }) => ledger.results.get(id) ?? []);
  const results = holdAgainstPlan(found, run.steps);
  if (session.signal.aborted) return results;
  const isFine = ({ result }: StepResult) => result === 'changed' || result === 'ok';
  const touched = new Set(
    found.filter(({ result }) => result === 'changed').map(({ host }) => host),
  );
  const hosts = [...touched].filter((host) => !ledger.lost.has(host));
  const fine = new Set(results.filter(isFine).map(({ id }) => id));
  const readings = new Map<string, Reading<unknown>>(ledger.readings);
  const again = new Set<string>();
  await Promise.all(
    hosts.map(async (host) => {
      const nodes = program.nodes.filter((node) => node.host === host && fine.has(node.id));
      const found = await session.queue.run(() => readHost(session, host, nodes));
      for (const [id, reading] of found.readings) {
        readings.set(id, reading);
        again.add(id);
      }
    }),
  );
  const assessments = [...assessAll(program, readings, problemsOf)].filter(([id]) => again.has(id));
  const steps = verifyResults(results, new Map(assessments));
  for (const host of hosts) {
    const isDifferent = (step: StepResult, index: number) =>
      step.host === host && step !== results[index];
    session.emit({ type: 'host.verified', host, different: steps.filter(isDifferent).length });
  }
  return steps;
}
