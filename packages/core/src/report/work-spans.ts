import type { RunEvent } from '../model/event.ts';

/** A time at which a host was at something. */
export interface WorkSpan {
  readonly host: string;
  readonly what: 'connect' | 'read' | 'apply' | 'verify';
  /** Resource type and number of resources of a batch; empty otherwise. */
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

interface Open {
  readonly span: Omit<WorkSpan, 'to'>;
  /** Ids of a batch that have no result yet; undefined: it is no batch. */
  readonly ids: Set<string> | undefined;
}

/** What each host did when, from its events. What has no end is left out. Batches may be at work beside each other. */
export function workSpans(events: readonly RunEvent[]): readonly WorkSpan[] {
  const spans: WorkSpan[] = [];
  let open: readonly Open[] = [];
  const close = (to: number, isOver: (work: Open) => boolean) => {
    for (const work of open) if (isOver(work)) spans.push({ ...work.span, to });
    open = open.filter((work) => !isOver(work));
  };
  const closeReading = (own: string, to: number) =>
    close(to, ({ span: { host }, ids }) => host === own && ids === undefined);
  const begin = (host: string, what: WorkSpan['what'], from: number, batch?: Batch) => {
    const label = batch === undefined ? '' : batchLabel(batch);
    const others = open.filter((other) => other.span.host !== host || other.ids !== undefined);
    const ids = batch === undefined ? undefined : new Set(batch.ids);
    open = [...others, { span: { host, what, label, from }, ids }];
  };
  for (const event of events) {
    if (event.type === 'host.connecting') begin(event.host, 'connect', event.at);
    else if (event.type === 'host.unreachable')
      close(event.at, ({ span: { host } }) => host === event.host);
    else if (event.type === 'host.facts') {
      closeReading(event.host, event.at);
      begin(event.host, 'read', event.at);
    } else if (event.type === 'host.probed' || event.type === 'host.verified') {
      closeReading(event.host, event.at);
    } else if (event.type === 'step.started') begin(event.host, 'apply', event.at, event);
    else if (event.type === 'step.finished') {
      const { host, id } = event.step;
      const batch = open.find(({ ids }) => ids?.has(id));
      batch?.ids?.delete(id);
      if (batch?.ids?.size !== 0) continue;
      close(event.at, (work) => work === batch);
      begin(host, 'verify', event.at);
    }
  }
  return spans;
}

type Batch = Pick<Extract<RunEvent, { type: 'step.started' }>, 'kind' | 'ids'>;

function batchLabel({ kind, ids }: Batch): string {
  return ids.length === 1 ? kind : `${ids.length} × ${kind}`;
}
