import type { ErrorRecord } from '../model/errors.ts';
import type { RunEvent, Verb } from '../model/event.ts';
import type { StepResult } from '../model/outcome.ts';
import type { Plan, PlanStep, Verdict } from '../model/plan.ts';
import { type WorkSpan, workSpans } from './work-spans.ts';

/** What became, or would become, of a declaration. */
export type StepStatus =
  | 'ok'
  | 'create'
  | 'update'
  | 'remove'
  | 'refresh'
  | 'unknown'
  | 'changed'
  | 'failed'
  | 'skipped'
  | 'unreachable';

export interface RecordedStep extends PlanStep {
  readonly status: StepStatus;
  readonly error: ErrorRecord | undefined;
  /** Id of the ancestor that failed, for a skipped step. */
  readonly because: string | undefined;
  /** Wall time of its batch, where it was applied. */
  readonly ms: number;
}

/** A run that is over, as its events told it: what reports in files are made of. */
export interface RunRecord {
  readonly verb: Verb;
  readonly startedAt: number;
  readonly ms: number;
  readonly hosts: readonly string[];
  readonly steps: readonly RecordedStep[];
  /** Hosts that were not reached, or are held by another run. */
  readonly unreachable: Plan['unreachable'];
  readonly warnings: readonly { readonly host?: string; readonly text: string }[];
  /** Why the plan must not be applied. */
  readonly refusals: readonly ErrorRecord[];
  /** What ended the run before its end. */
  readonly failure: ErrorRecord | undefined;
  readonly spans: readonly WorkSpan[];
}

/** Events to a record. Of several runs, such as a plan that is shown and then applied, the last one counts. */
export function runRecord(events: readonly RunEvent[]): RunRecord {
  const began = events.findLastIndex(({ type }) => type === 'run.started');
  const run = events.slice(Math.max(0, began));
  const start = find(run, 'run.started');
  const end = find(run, 'run.finished');
  const plan = find(run, 'plan.ready')?.plan;
  const results = resultsIn(run);
  const lost = run.filter((event) => event.type === 'host.unreachable');
  const names = new Set(lost.map(({ host }) => host));
  // Such as one that another run holds: only its summary tells.
  const held = (end?.hosts ?? []).flatMap(({ host, error }) =>
    error === undefined || names.has(host) ? [] : [{ host, error }],
  );
  const startedAt = start?.at ?? run[0]?.at ?? 0;
  return {
    verb: start?.verb ?? 'plan',
    startedAt,
    ms: end?.ms ?? (run.at(-1)?.at ?? startedAt) - startedAt,
    hosts: start?.hosts ?? [],
    steps: (plan?.steps ?? []).map((step) => recorded(step, results.get(step.id))),
    unreachable: [...lost.map(({ host, error }) => ({ host, error })), ...held],
    warnings: run.filter((event) => event.type === 'warning'),
    refusals: plan?.refusals ?? [],
    failure: find(run, 'run.failed')?.error,
    spans: workSpans(run),
  };
}

/** Worst first; also the order in which reports show them. */
export const statuses: readonly StepStatus[] = [
  ...(['failed', 'unreachable', 'skipped', 'changed', 'create', 'update', 'remove'] as const),
  ...(['refresh', 'unknown', 'ok'] as const),
];

/** True where something failed, was left, could not be looked at, or must not be applied. */
export function hasFailed({ steps, unreachable, refusals, failure }: RunRecord): boolean {
  const isBad = ({ status }: RecordedStep) => bad.has(status);
  const isEnded = failure !== undefined || refusals.length > 0;
  return isEnded || unreachable.length > 0 || steps.some(isBad);
}

const bad: ReadonlySet<StepStatus> = new Set(['failed', 'unreachable', 'skipped']);

type Typed<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

function find<T extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: T,
): Typed<T> | undefined {
  return events.findLast((event): event is Typed<T> => event.type === type);
}

/** The second look can turn what was done into what failed: the outcome knows it. */
function resultsIn(run: readonly RunEvent[]): ReadonlyMap<string, StepResult> {
  const outcome = find(run, 'run.finished')?.outcome;
  const finished = run.filter((event) => event.type === 'step.finished');
  const steps = outcome?.steps ?? finished.map(({ step }) => step);
  return new Map(steps.map((step) => [step.id, step]));
}

function recorded(step: PlanStep, result: StepResult | undefined): RecordedStep {
  const verdict = result?.verdict ?? step.verdict;
  return {
    ...step,
    verdict,
    status: result?.result ?? statusOf(step.verdict),
    error: result?.error ?? (verdict.is === 'error' ? verdict.error : undefined),
    because: result?.because,
    ms: result?.ms ?? 0,
  };
}

function statusOf(verdict: Verdict): StepStatus {
  switch (verdict.is) {
    case 'unchanged':
      return 'ok';
    case 'change':
      return verdict.action;
    case 'refresh':
      return verdict.isCertain ? 'refresh' : 'unknown';
    case 'unknown':
      return 'unknown';
    case 'error':
      return 'failed';
  }
}
