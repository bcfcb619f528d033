import type { RunEvent, Verb } from '../model/event.ts';
import type { ResultName } from '../model/outcome.ts';
import type { PlanStep } from '../model/plan.ts';
import { outputLine } from './output-line.ts';

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
  /** When that began, in milliseconds since the epoch; of batches at work, the one that began first. */
  readonly since: number;
  /** Batches at work, beside each other, in the order of their beginning. */
  readonly batches: readonly Batch[];
  /** The last line that one of them printed, as a terminal would show it. */
  readonly tail: string;
  /** Resources in the plan, and those that have a result. */
  readonly total: number;
  readonly finished: number;
  readonly hasChanged: boolean;
  /** Kinds of which changes are due, with how many. */
  readonly due: ReadonlyMap<string, number>;
}

/** Changes of one kind that are at work. */
export interface Batch {
  readonly kind: string;
  /** Those of which there is no result yet. */
  readonly ids: readonly string[];
  readonly since: number;
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

interface Draft {
  verb: Verb;
  startedAt: number;
  lanes: Map<string, Lane>;
  isPlanned: boolean;
  counts: Record<ResultName, number>;
}

/**
 * State and events to the next state. Pure, so that whatever a screen shows can be tested without one; many events at
 * once, because a state of a thousand hosts is not to be copied for each.
 */
export function nextState(state: RunState, events: readonly RunEvent[]): RunState {
  const draft: Draft = { ...state, lanes: new Map(state.lanes), counts: { ...state.counts } };
  for (const event of events) take(draft, event);
  return draft;
}

function take(draft: Draft, event: RunEvent): void {
  const { at } = event;
  switch (event.type) {
    case 'run.started':
      start(draft, event);
      break;
    case 'plan.ready':
      takePlan(draft, event);
      break;
    case 'step.finished':
      takeResult(draft, event);
      break;
    case 'host.probed':
      // Hosts are read again during an apply, and are at something else then.
      if (!draft.isPlanned) move(draft, event.host, { phase: 'ready', since: at });
      break;
    case 'step.started':
      takeBatch(draft, event);
      break;
    case 'step.output':
      takeOutput(draft, event);
      break;
    case 'host.connecting':
      move(draft, event.host, { phase: 'connecting', since: at });
      break;
    case 'host.facts':
      move(draft, event.host, { phase: draft.verb === 'facts' ? 'done' : 'reading', since: at });
      break;
    case 'host.locked':
    case 'host.unreachable':
      move(draft, event.host, { phase: 'unreachable', since: at, batches: [] });
      break;
    case 'host.verified':
      move(draft, event.host, { phase: 'done', since: at });
      break;
  }
}

function takeBatch(
  draft: Draft,
  { host, kind, ids, at }: Extract<RunEvent, { type: 'step.started' }>,
): void {
  const others = draft.lanes.get(host)?.batches ?? [];
  const batches = [...others, { kind, ids, since: at }];
  move(draft, host, { phase: 'applying', since: batches[0]?.since ?? at, batches, tail: '' });
}

function takeOutput(draft: Draft, event: Extract<RunEvent, { type: 'step.output' }>): void {
  const tail = outputLine(event.text).trim();
  if (tail !== '') move(draft, event.host, { tail });
}

function start(draft: Draft, event: Extract<RunEvent, { type: 'run.started' }>): void {
  draft.verb = event.verb;
  draft.startedAt = event.at;
  draft.lanes = new Map(event.hosts.map((host) => [host, newLane(host, event.at)]));
}

function newLane(host: string, at: number): Lane {
  const work = { batches: [], tail: '', total: 0, finished: 0 };
  const due = new Map<string, number>();
  return { host, phase: 'waiting', since: at, hasChanged: false, due, ...work };
}

function move(draft: Draft, host: string, change: Partial<Lane>): void {
  const lane = draft.lanes.get(host);
  if (lane !== undefined) draft.lanes.set(host, { ...lane, ...change });
}

function takePlan(draft: Draft, { plan, at }: Extract<RunEvent, { type: 'plan.ready' }>): void {
  const totals = Map.groupBy(plan.steps, ({ host }) => host);
  for (const [host, { phase }] of draft.lanes) {
    const total = totals.get(host)?.length ?? 0;
    const isOver = draft.verb !== 'apply' || total === 0;
    const next = phase === 'unreachable' ? phase : isOver ? 'done' : 'ready';
    const due = countKinds((totals.get(host) ?? []).filter(isDue));
    move(draft, host, { phase: next, total, since: at, due });
  }
  draft.isPlanned = true;
}

function isDue({ verdict: { is } }: PlanStep): boolean {
  return is === 'change' || is === 'refresh' || is === 'unknown';
}

function countKinds(steps: readonly PlanStep[]): ReadonlyMap<string, number> {
  return new Map(
    [...Map.groupBy(steps, ({ kind }) => kind)].map(([kind, own]) => [kind, own.length]),
  );
}

/** One of a kind less, and no longer there when it was the last. */
function without(due: ReadonlyMap<string, number>, kind: string): ReadonlyMap<string, number> {
  const left = (due.get(kind) ?? 0) - 1;
  const others = [...due].filter(([name]) => name !== kind);
  return new Map(left > 0 ? [...others, [kind, left]] : others);
}

function takeResult(
  draft: Draft,
  { step, at }: Extract<RunEvent, { type: 'step.finished' }>,
): void {
  draft.counts[step.result] += 1;
  const lane = draft.lanes.get(step.host);
  if (lane === undefined) return;
  const finished = lane.finished + 1;
  const hasChanged = lane.hasChanged || step.result === 'changed';
  const due = without(lane.due, step.kind);
  const batches = lane.batches
    .map((batch) => ({ ...batch, ids: batch.ids.filter((id) => id !== step.id) }))
    .filter(({ ids }) => ids.length > 0);
  const [oldest] = batches;
  const phase = oldest === undefined ? phaseAfter({ ...lane, finished, hasChanged }) : 'applying';
  const since = oldest?.since ?? (phase === lane.phase ? lane.since : at);
  move(draft, step.host, { finished, hasChanged, due, phase, since, batches });
}

function phaseAfter({ phase, finished, total, hasChanged }: Lane): Lane['phase'] {
  if (phase === 'unreachable') return phase;
  if (finished < total) return 'ready';
  return hasChanged ? 'verifying' : 'done';
}
