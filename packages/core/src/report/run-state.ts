import type { RunEvent, Verb } from '../model/event.ts';
import type { ResultName, StepResult } from '../model/outcome.ts';
import { lastLineOf } from './output-tail.ts';

/** What one host is at. */
export interface Lane {
  readonly host: string;
  readonly phase:
    | 'waiting'
    | 'connecting'
    | 'reading'
    | 'ready'
    | 'applying'
    | 'verifying'
    | 'done'
    | 'unreachable';
  /** When that began, in milliseconds since the epoch. */
  readonly since: number;
  /** The batch at work, with the ids of which there is no result yet. */
  readonly step: { readonly kind: string; readonly ids: readonly string[] } | undefined;
  /** The last whole or begun line that the batch printed. */
  readonly tail: string;
  /** Resources in the plan, and those that have a result. */
  readonly total: number;
  readonly finished: number;
  readonly hasChanged: boolean;
}

/** A run, as far as its events have told it. */
export interface RunState {
  readonly verb: Verb;
  readonly startedAt: number;
  /** In the order of the inventory. */
  readonly lanes: ReadonlyMap<string, Lane>;
  readonly isPlanned: boolean;
  readonly counts: Readonly<Record<ResultName, number>>;
}

export const initialState: RunState = {
  verb: 'plan',
  startedAt: 0,
  lanes: new Map(),
  isPlanned: false,
  counts: { ok: 0, changed: 0, failed: 0, skipped: 0, unreachable: 0 },
};

/** State and event to the next state. Pure, so that whatever a screen shows can be tested without one. */
export function nextState(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run.started':
      return started(event);
    case 'host.connecting':
      return moved(state, event.host, { phase: 'connecting', since: event.at });
    case 'host.facts':
      return moved(state, event.host, {
        phase: state.verb === 'facts' ? 'done' : 'reading',
        since: event.at,
      });
    case 'host.probed':
      return whilePlanning(state, event.host, { phase: 'ready', since: event.at });
    case 'host.unreachable':
      return moved(state, event.host, { phase: 'unreachable', since: event.at, step: undefined });
    case 'plan.ready':
      return planned(state, event);
    case 'step.started':
      return moved(state, event.host, {
        phase: 'applying',
        since: event.at,
        step: { kind: event.kind, ids: event.ids },
        tail: '',
      });
    case 'step.output':
      return changed(state, event.host, (lane) => ({ tail: lastLineOf(lane.tail, event.text) }));
    case 'step.finished':
      return finished(state, event.step, event.at);
    case 'host.verified':
      return moved(state, event.host, { phase: 'done', since: event.at });
    default:
      return state;
  }
}

function started(event: Extract<RunEvent, { type: 'run.started' }>): RunState {
  const lanes = event.hosts.map((host): [string, Lane] => [host, newLane(host, event.at)]);
  return { ...initialState, verb: event.verb, startedAt: event.at, lanes: new Map(lanes) };
}

function newLane(host: string, at: number): Lane {
  return {
    host,
    phase: 'waiting',
    since: at,
    step: undefined,
    tail: '',
    total: 0,
    finished: 0,
    hasChanged: false,
  };
}

function changed(state: RunState, host: string, change: (lane: Lane) => Partial<Lane>): RunState {
  const lane = state.lanes.get(host);
  if (lane === undefined) return state;
  return { ...state, lanes: new Map(state.lanes).set(host, { ...lane, ...change(lane) }) };
}

function moved(state: RunState, host: string, change: Partial<Lane>): RunState {
  return changed(state, host, () => change);
}

/** Hosts are read again during an apply, and are at something else then. */
function whilePlanning(state: RunState, host: string, change: Partial<Lane>): RunState {
  return state.isPlanned ? state : moved(state, host, change);
}

function planned(
  state: RunState,
  { plan, at }: Extract<RunEvent, { type: 'plan.ready' }>,
): RunState {
  const totals = Map.groupBy(plan.steps, ({ host }) => host);
  const isEnd = state.verb !== 'apply';
  const lanes = [...state.lanes].map(([host, lane]): [string, Lane] => {
    const total = totals.get(host)?.length ?? 0;
    const isIdle = lane.phase !== 'unreachable' && (isEnd || total === 0);
    const phase = isIdle ? 'done' : lane.phase === 'unreachable' ? lane.phase : 'ready';
    return [host, { ...lane, phase, total, since: at }];
  });
  return { ...state, lanes: new Map(lanes), isPlanned: true };
}

function finished(state: RunState, step: StepResult, at: number): RunState {
  const counted = {
    ...state,
    counts: { ...state.counts, [step.result]: state.counts[step.result] + 1 },
  };
  return changed(counted, step.host, (lane) => {
    const ids = lane.step?.ids.filter((id) => id !== step.id) ?? [];
    const isAtWork = lane.step !== undefined && ids.length > 0;
    const done = {
      finished: lane.finished + 1,
      hasChanged: lane.hasChanged || step.result === 'changed',
    };
    if (isAtWork) return { ...done, step: { kind: lane.step.kind, ids } };
    const phase = phaseAfter({ ...lane, ...done });
    return { ...done, phase, step: undefined, since: phase === lane.phase ? lane.since : at };
  });
}

function phaseAfter({ phase, finished: count, total, hasChanged }: Lane): Lane['phase'] {
  if (phase === 'unreachable') return phase;
  if (count < total) return 'ready';
  return hasChanged ? 'verifying' : 'done';
}
