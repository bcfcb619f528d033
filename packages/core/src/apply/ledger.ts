import type { Assessment } from '../diff/assess.ts';
import type { HostwrightError } from '../model/errors.ts';
import type { ResultName, StepResult } from '../model/outcome.ts';
import type { Verdict } from '../model/plan.ts';
import type { ProgramNode } from '../model/program.ts';
import type { Reading } from '../model/reading.ts';

/** What one apply has done so far. The only state of the stage; it lives as long as the run. */
export interface Ledger {
  readonly results: Map<string, StepResult>;
  readonly readings: Map<string, Reading<unknown>>;
  readonly assessments: Map<string, Assessment>;
  /** By host: labels of refreshes that are recorded on the host and not cleared yet. */
  readonly owed: Map<string, Set<string>>;
  /** By host: ways back that are staged there, each with the nodes whose change it is for. */
  readonly waysBack: Map<string, StagedWayBack[]>;
  /** Hosts whose connection was lost, with the reason. */
  readonly lost: Map<string, HostwrightError>;
}

export interface StagedWayBack {
  readonly id: string;
  /** What it is for; undefined: an earlier run staged it, and which change it was for is not known. */
  readonly nodes: readonly string[] | undefined;
}

export function emptyLedger(readings: ReadonlyMap<string, Reading<unknown>>): Ledger {
  return {
    results: new Map(),
    readings: new Map(readings),
    assessments: new Map(),
    owed: new Map(),
    waysBack: new Map(),
    lost: new Map(),
  };
}

/** Results that keep everything behind them from running. */
const broken: ReadonlySet<ResultName> = new Set(['failed', 'skipped', 'unreachable']);

/** The ancestor that keeps a node from running: the one that failed first, not the one just before. */
export function brokenNeed(node: ProgramNode, ledger: Ledger): string | undefined {
  for (const { needs } of node.edges) {
    const result = ledger.results.get(needs);
    if (result !== undefined && broken.has(result.result)) return result.because ?? result.id;
  }
  return undefined;
}

export interface ResultFacts {
  readonly verdict: Verdict;
  readonly ms: number;
  readonly error?: HostwrightError | undefined;
  readonly because?: string | undefined;
}

/** Builds the result of one node, with what a report needs to name it. */
export function stepResult(node: ProgramNode, result: ResultName, facts: ResultFacts): StepResult {
  const { error, because, verdict, ms } = facts;
  return Object.freeze({
    id: node.id,
    host: node.host,
    kind: node.declaration.kind,
    label: node.label,
    source: node.declaration.source,
    result,
    verdict,
    ms: Math.round(ms),
    ...(error === undefined ? {} : { error: placed(error, node).toJSON() }),
    ...(because === undefined ? {} : { because }),
  });
}

function placed(error: HostwrightError, node: ProgramNode): HostwrightError {
  const { host, label: resource, declaration } = node;
  return error.with({ host, resource, source: declaration.source, stage: 'apply' });
}
