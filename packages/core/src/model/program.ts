import type { Declaration } from './declaration.ts';
import type { Reference } from './expression.ts';
import type { Host } from './host.ts';

/** Why one node comes after another. */
export type EdgeReason = 'explicit' | 'output' | 'automatic';

export interface Edge {
  /** Id of the node that comes first. */
  readonly needs: string;
  /** The reason that weighs most: what makes an output is read again after it changed. */
  readonly reason: EdgeReason;
  /** Every reason in words: `needs`, `notify`, `out.path`, `package:postfix`. */
  readonly because: readonly string[];
  /** True: a change of the first refreshes the second. */
  readonly notifies: boolean;
}

/** Why a run leaves a node as it is: its host is not in the limit, or its tags were not selected. */
export interface Hold {
  readonly by: 'limit' | 'tags';
  /** Something that this run may change needs it, so that it is read. What nothing needs is not even that. */
  readonly isRead: boolean;
}

/** One declaration on one host. */
export interface ProgramNode {
  /** `HOST/KIND[IDENTITY]` */
  readonly id: string;
  readonly host: string;
  readonly label: string;
  readonly declaration: Declaration;
  readonly edges: readonly Edge[];
  /** Why it cannot run at all: it waits for an output of a host that could not be reached. */
  readonly blocked: string | undefined;
  /** Undefined: this run may change it. */
  readonly hold?: Hold | undefined;
  /** Longest chain of needs before it; nodes of one layer are independent of each other. */
  readonly layer: number;
}

/** A playbook compiled for an inventory: nodes in an order in which every node follows its needs. */
export interface Program {
  /** Hosts that have nodes. */
  readonly hosts: readonly Host[];
  readonly nodes: readonly ProgramNode[];
  readonly byId: ReadonlyMap<string, ProgramNode>;
  /** For each declaration the hosts that have it, and the id of its node there. */
  readonly placements: ReadonlyMap<Declaration, ReadonlyMap<string, string>>;
}

/**
 * The node that makes an output: on the host that the reference names, else on the consumer's own host, else on the
 * only host that has it. Undefined when there is none or no single one.
 */
export function producerOf(
  placements: Program['placements'],
  reference: Reference,
  consumerHost: string,
): string | undefined {
  const byHost = placements.get(reference.declaration);
  if (byHost === undefined) return undefined;
  if (reference.host !== undefined) return byHost.get(reference.host);
  return byHost.get(consumerHost) ?? (byHost.size === 1 ? [...byHost.values()][0] : undefined);
}
