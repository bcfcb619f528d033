import type { ErrorRecord } from './errors.ts';
import type { Facts } from './facts.ts';
import type { Graph } from './graph.ts';
import type { HostSummary, Outcome, StepResult } from './outcome.ts';
import type { Plan } from './plan.ts';
import type { Why } from './why.ts';

/**
 * What happens during a run, as it happens. Reporters are made of nothing else; `--json` prints them one a line.
 * New fields and types may be added within a version; consumers ignore what they do not know.
 */
export type RunEvent = {
  readonly v: 1 /** Milliseconds since the epoch. */;
  readonly at: number;
} & (
  | { readonly type: 'run.started'; readonly verb: Verb; readonly hosts: readonly string[] }
  | { readonly type: 'host.connecting'; readonly host: string }
  | { readonly type: 'host.facts'; readonly host: string; readonly facts: Facts }
  | { readonly type: 'host.unreachable'; readonly host: string; readonly error: ErrorRecord }
  /** Another run is at work on it, and nothing was changed. */
  | { readonly type: 'host.locked'; readonly host: string; readonly error: ErrorRecord }
  /** `of` is the number of batches of the rollout. */
  | {
      readonly type: 'batch.started';
      readonly batch: number;
      readonly of: number;
      readonly hosts: readonly string[];
    }
  | {
      readonly type: 'host.probed';
      readonly host: string;
      readonly resources: number;
      readonly ms: number;
    }
  | { readonly type: 'plan.ready'; readonly plan: Plan }
  | { readonly type: 'graph.ready'; readonly graph: Graph }
  | { readonly type: 'why.ready'; readonly why: Why }
  | {
      readonly type: 'step.started';
      readonly host: string;
      readonly kind: string;
      readonly ids: readonly string[];
    }
  | {
      readonly type: 'step.output';
      readonly host: string;
      readonly kind: string;
      readonly text: string;
    }
  | { readonly type: 'step.finished'; readonly step: StepResult }
  | { readonly type: 'host.verified'; readonly host: string; readonly different: number }
  | { readonly type: 'warning'; readonly host?: string; readonly text: string }
  | {
      readonly type: 'run.finished';
      readonly hosts: readonly HostSummary[];
      readonly outcome?: Outcome;
      readonly ms: number;
    }
  /** Written by the command line only: the library throws instead. */
  | { readonly type: 'run.failed'; readonly error: ErrorRecord }
);

export type Verb = 'plan' | 'apply' | 'verify' | 'facts' | 'graph' | 'why';

type Unstamped<E> = E extends unknown ? Omit<E, 'v' | 'at'> : never;

/** Takes an event without its stamp. */
export type Emit = (event: Unstamped<RunEvent>) => void;
