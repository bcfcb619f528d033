import type { Declarations } from './declaration.ts';
import type { Facts } from './facts.ts';
import type { Host } from './host.ts';
import type { Source } from './source.ts';

/** What a play's function is given for each host. */
export interface PlayScope<Vars> {
  readonly host: Host;
  readonly facts: Facts;
  readonly vars: Vars;
}

/** Which hosts get which resources. */
export interface Play<Selector extends string = string> {
  readonly name: string;
  readonly hosts: readonly Selector[];
  resources(scope: PlayScope<never>): Declarations;
  readonly source: Source | undefined;
}

export interface Inventory {
  readonly hosts: ReadonlyMap<string, Host>;
  /** Group name to the names of its hosts, in the order of the inventory. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

export interface Playbook {
  readonly inventory: Inventory;
  readonly plays: readonly Play[];
  readonly source: Source | undefined;
}
