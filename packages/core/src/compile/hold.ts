import type { ProgramNode } from '../model/program.ts';
import { isSelected, isWithin, type Selection } from '../model/selection.ts';

/**
 * Marks the nodes that a run leaves as they are. Read are those that a selected node needs directly, and what the
 * outputs of those are made of; the rest is not even read.
 */
export function holdNodes(
  nodes: readonly ProgramNode[],
  selection: Selection,
): readonly ProgramNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isHeld = ({ host, declaration }: ProgramNode) => !isSelected(selection, host, declaration);
  const read = new Set<ProgramNode>();
  const queue = nodes.filter((node) => !isHeld(node));
  const visited = new Set<ProgramNode>(queue);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const { needs, reason } of node.edges) {
      const need = byId.get(needs);
      if (need === undefined || (isHeld(node) && reason !== 'output')) continue;
      if (isHeld(need)) read.add(need);
      if (!visited.has(need)) queue.push(need);
      visited.add(need);
    }
  }
  return nodes.map((node) => {
    if (!isHeld(node)) return node;
    const by = isWithin(selection, node.host) ? 'tags' : 'limit';
    return Object.freeze({ ...node, hold: { by, isRead: read.has(node) } as const });
  });
}
