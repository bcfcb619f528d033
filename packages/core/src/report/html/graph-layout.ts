/** A node of a picture, with the column and the row it stands in. */
export interface PlacedNode {
  readonly id: string;
  /** One more than the deepest thing it comes after. */
  readonly column: number;
  readonly row: number;
}

interface GraphNode {
  readonly id: string;
  /** Ids of what it comes after; those that are no node here are passed over. */
  readonly needs: readonly string[];
}

/** Nodes, given in an order that respects what they come after, in columns; each near the middle of what it comes after. */
export function graphLayout(nodes: readonly GraphNode[]): ReadonlyMap<string, PlacedNode> {
  const columns = new Map<string, number>();
  for (const { id, needs } of nodes) {
    columns.set(id, Math.max(-1, ...needs.map((need) => columns.get(need) ?? -1)) + 1);
  }
  const placed = new Map<string, PlacedNode>();
  const byColumn = Map.groupBy(nodes, ({ id }) => columns.get(id) ?? 0);
  for (const column of [...byColumn.keys()].sort((one, other) => one - other)) {
    const wished = (byColumn.get(column) ?? []).map((node, index) => ({
      id: node.id,
      wish: wishOf(node, placed, index),
    }));
    wished.sort((one, other) => one.wish - other.wish);
    for (const [row, { id }] of wished.entries()) placed.set(id, { id, column, row });
  }
  return placed;
}

function wishOf(
  { needs }: GraphNode,
  placed: ReadonlyMap<string, PlacedNode>,
  otherwise: number,
): number {
  const rows = needs.flatMap((need) => placed.get(need)?.row ?? []);
  return rows.length === 0 ? otherwise : rows.reduce((sum, row) => sum + row, 0) / rows.length;
}
