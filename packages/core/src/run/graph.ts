import type { Graph, GraphEdge } from '../model/graph.ts';
import type { HostSummary } from '../model/outcome.ts';
import type { Playbook } from '../model/playbook.ts';
import type { Program } from '../model/program.ts';
import { compileFor, scopeOf } from './observe.ts';
import type { RunSettings } from './options.ts';
import { requireSettings } from './require-settings.ts';
import { openSession, requireRunning } from './session.ts';
import { summaries } from './summary.ts';

export interface GraphReport {
  readonly graph: Graph;
  readonly hosts: readonly HostSummary[];
}

/**
 * What comes after what on all hosts, and why. Plays need the facts of their hosts, so hosts are connected to; what is
 * declared is not read. Writes nothing to any host.
 *
 * Cost: one connection and one exec round trip per host.
 * Errors: everything that is wrong with the playbook, as HostwrightError. Hosts that cannot be reached are listed.
 * @example const { graph: found } = await graph(playbook); process.stdout.write(renderGraph(found, { format: 'dot' }));
 */
export async function graph(playbook: Playbook, settings: RunSettings = {}): Promise<GraphReport> {
  const start = performance.now();
  requireSettings(settings);
  const scope = scopeOf(playbook, settings);
  const { hosts } = scope;
  const session = openSession(settings);
  try {
    session.emit({ type: 'run.started', verb: 'graph', hosts: hosts.map(({ name }) => name) });
    requireRunning(session.signal);
    const { program } = await compileFor(scope, session);
    const unreachable = hosts.flatMap(({ name }) => {
      const error = session.unreachable.get(name);
      return error === undefined ? [] : [{ host: name, error: error.toJSON() }];
    });
    const found = { ...graphOf(program), unreachable };
    session.emit({ type: 'graph.ready', graph: found });
    const summary = summaries({ ...scope, steps: [], session });
    const ms = Math.round(performance.now() - start);
    session.emit({ type: 'run.finished', hosts: summary, ms });
    return session.redacted(Object.freeze({ graph: found, hosts: summary }));
  } catch (thrown) {
    throw session.redactedError(thrown);
  } finally {
    await session.close();
  }
}

function graphOf({ hosts, nodes }: Program): Omit<Graph, 'unreachable'> {
  return {
    version: 1,
    hosts: hosts.map(({ name }) => name),
    nodes: nodes.map(({ id, host, label, layer, declaration: { kind, source } }) => {
      return { id, host, kind, label, source, layer };
    }),
    edges: edgesOf(nodes),
  };
}

/** All edges of these nodes, from what comes first to what comes after it. */
export function edgesOf(nodes: Program['nodes']): readonly GraphEdge[] {
  return nodes.flatMap(({ id, edges }) =>
    edges.map(({ needs, reason, because, notifies }) => {
      return { from: needs, to: id, reason, because, notifies };
    }),
  );
}
