import { asHostwrightError, type HostwrightError } from '../model/errors.ts';
import type { Playbook } from '../model/playbook.ts';
import type { ProgramNode } from '../model/program.ts';
import type { Transport } from '../model/transport.ts';
import { compileFor, scopeOf, transportOf } from './observe.ts';
import type { HostAnswer } from './on-hosts.ts';
import type { RunSettings } from './options.ts';
import { openSession, requireRunning, type Session } from './session.ts';

type NodeWork<Answer> = (
  transport: Transport,
  nodes: readonly ProgramNode[],
  signal: AbortSignal,
) => Promise<Answer>;

/** Does something with the nodes of every host, at most `forks` hosts at once. A host that fails does not stop the others. */
export type AskNodes = <Answer extends object>(
  work: NodeWork<Answer>,
) => Promise<readonly HostAnswer<Answer>[]>;

interface Wanted {
  has(node: ProgramNode): boolean;
  /** Thrown where no host has such a node, with all nodes that there are. */
  whenNone(nodes: readonly ProgramNode[]): HostwrightError;
}

/**
 * Compiles the playbook for its hosts and lets something be done with certain nodes of each, outside plan and apply,
 * while the connections are open.
 * Errors: everything that is wrong with the playbook; what `whenNone` makes; INTERRUPTED.
 */
export async function onNodes<Report>(
  playbook: Playbook,
  settings: RunSettings,
  { has, whenNone }: Wanted,
  use: (ask: AskNodes, nodes: readonly ProgramNode[]) => Promise<Report>,
): Promise<Report> {
  const scope = scopeOf(playbook, settings);
  const session = openSession(settings);
  try {
    requireRunning(session.signal);
    const { program } = await compileFor(scope, session);
    const selected = new Set(scope.hosts.map(({ name }) => name));
    const nodes = program.nodes.filter((node) => selected.has(node.host));
    const wanted = nodes.filter(has);
    const byHost = Map.groupBy(wanted, ({ host }) => host);
    if (byHost.size === 0 && session.unreachable.size === 0) throw whenNone(nodes);
    const names = [...selected].filter((name) => byHost.has(name) || session.unreachable.has(name));
    const ask: AskNodes = (work) =>
      Promise.all(
        names.map((name) =>
          session.queue.run(() => askHost(session, name, byHost.get(name) ?? [], work)),
        ),
      );
    return await use(ask, wanted);
  } catch (thrown) {
    throw session.redactedError(thrown);
  } finally {
    await session.close();
  }
}

async function askHost<Answer extends object>(
  session: Session,
  host: string,
  nodes: readonly ProgramNode[],
  work: NodeWork<Answer>,
): Promise<HostAnswer<Answer>> {
  try {
    const lost = session.unreachable.get(host);
    if (lost !== undefined) throw lost;
    requireRunning(session.signal);
    const answer = await work(transportOf(session, host), nodes, session.signal);
    return session.redacted({ host, ...answer });
  } catch (thrown) {
    const error = asHostwrightError(thrown).with({ host });
    if (error.code === 'INTERRUPTED') throw error;
    return session.redacted({ host, error: error.toJSON() });
  }
}
