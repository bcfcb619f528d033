import { refreshes } from '../diff/refreshes.ts';
import type { Program, ProgramNode } from '../model/program.ts';

/** Edges of a program, followed from what is needed to what needs it. Made once a run: a fleet has many nodes. */
export interface Links {
  /** Ids of nodes whose outputs others take. */
  readonly consumed: ReadonlySet<string>;
  /** By id: nodes of the same host that a change of it refreshes. */
  readonly refreshed: ReadonlyMap<string, readonly ProgramNode[]>;
}

/** The links of a program. */
export function linksOf({ nodes, byId }: Program): Links {
  const consumed = new Set<string>();
  const refreshed = new Map<string, ProgramNode[]>();
  for (const node of nodes) {
    for (const { needs, reason, notifies } of node.edges) {
      if (reason === 'output') consumed.add(needs);
      if (!notifies || !refreshes(node) || byId.get(needs)?.host !== node.host) continue;
      const others = refreshed.get(needs);
      if (others === undefined) refreshed.set(needs, [node]);
      else others.push(node);
    }
  }
  return { consumed, refreshed };
}
