import type { InventoryInput } from '@hostwright/core';

/** Where an inventory is read from: a file (for Ansible also a folder), or its text. */
export type InventorySource = { readonly path: string } | { readonly text: string };

/** Something of the source that is not in the result. */
export interface NotCarried {
  /** Hosts, a group, a file or a resource of the source. */
  readonly where: string;
  /** The variable, the option or the entry. */
  readonly what: string;
  /** Why, and what to do instead. */
  readonly why: string;
  /** false: nothing is missing without it. */
  readonly isLost: boolean;
}

/** What `inventory()` takes, and what the source says beyond that. */
export interface Carried<Vars extends object> {
  readonly input: InventoryInput<string, string, Vars>;
  readonly notes: readonly NotCarried[];
}
