import type { HostwrightError } from '../model/errors.ts';
import type { Playbook } from '../model/playbook.ts';
import type { ProgramNode } from '../model/program.ts';
import type { Transport } from '../model/transport.ts';
import { allEnded } from './all-ended.ts';
import { compileFor, scopeOf } from './observe.ts';
import { answerOf, type HostAnswer } from './on-hosts.ts';
import type { AskSettings } from './options.ts';
import { requireAskSettings } from './require-settings.ts';
import { openSession, requireRunning, transportOf } from './session.ts';

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
  settings: AskSettings,
  { has, whenNone }: Wanted,
  use: (ask: AskNodes, nodes: readonly ProgramNode[]) => Promise<Report>,
): Promise<Report> {
  requireAskSettings(settings);
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
    const linkTo = (name: string) => {
      const lost = session.unreachable.get(name);
      if (lost !== undefined) throw lost;
      return transportOf(session, name);
    };
    const ask: AskNodes = (work) => {
      const askHost = (name: string) =>
        answerOf(session, name, async () =>
          work(linkTo(name), byHost.get(name) ?? [], session.signal),
        );
      return allEnded(names.map((name) => session.queue.run(() => askHost(name))));
    };
    return await use(ask, wanted);
  } catch (thrown) {
    throw session.redactedError(thrown);
  } finally {
    await session.close();
  }
}
