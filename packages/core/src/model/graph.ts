import type { ErrorRecord } from './errors.ts';
import type { EdgeReason } from './program.ts';
import type { Source } from './source.ts';

export interface GraphNode {
  /** `HOST/KIND[IDENTITY]` */
  readonly id: string;
  readonly host: string;
  readonly kind: string;
  readonly label: string;
  readonly source: Source | undefined;
  /** Longest chain of needs before it. */
  readonly layer: number;
}

export interface GraphEdge {
  /** Id of the node that comes first. */
  readonly from: string;
  /** Id of the node that comes after it. */
  readonly to: string;
  readonly reason: EdgeReason;
  /** Every reason in words: `needs`, `notify`, `out.path`, `package:postfix`. */
  readonly because: readonly string[];
  /** True: a change of the first refreshes the second. */
  readonly notifies: boolean;
}

/** What comes after what, and why. A JSON-printable value. */
export interface Graph {
  readonly version: 1;
  /** Hosts with nodes, in the order of the inventory. */
  readonly hosts: readonly string[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Hosts that did not answer: what their plays declare is not known without their facts. */
  readonly unreachable: readonly { readonly host: string; readonly error: ErrorRecord }[];
}
