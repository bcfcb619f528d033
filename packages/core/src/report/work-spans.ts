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
  /** Ids of a batch that have no result yet. */
  readonly ids: Set<string>;
}

/** What each host did when, from its events. What has no end is left out. */
export function workSpans(events: readonly RunEvent[]): readonly WorkSpan[] {
  const spans: WorkSpan[] = [];
  const open = new Map<string, Open>();
  const close = (host: string, to: number) => {
    const work = open.get(host);
    if (work !== undefined) spans.push({ ...work.span, to });
    open.delete(host);
  };
  const begin = (host: string, what: WorkSpan['what'], from: number, batch?: Batch) => {
    const label = batch === undefined ? '' : batchLabel(batch);
    open.set(host, { span: { host, what, label, from }, ids: new Set(batch?.ids) });
  };
  for (const event of events) {
    if (event.type === 'host.connecting') begin(event.host, 'connect', event.at);
    else if (event.type === 'host.unreachable') close(event.host, event.at);
    else if (event.type === 'host.facts') {
      close(event.host, event.at);
      begin(event.host, 'read', event.at);
    } else if (event.type === 'host.probed' || event.type === 'host.verified') {
      close(event.host, event.at);
    } else if (event.type === 'step.started') begin(event.host, 'apply', event.at, event);
    else if (event.type === 'step.finished') {
      const { host, id } = event.step;
      const work = open.get(host);
      if (work?.ids.delete(id) !== true || work.ids.size > 0) continue;
      close(host, event.at);
      begin(host, 'verify', event.at);
    }
  }
  return spans;
}

type Batch = Pick<Extract<RunEvent, { type: 'step.started' }>, 'kind' | 'ids'>;

function batchLabel({ kind, ids }: Batch): string {
  return ids.length === 1 ? kind : `${ids.length} × ${kind}`;
}
