import type { HostwrightError } from '@hostwright/core';
import type { Deadline } from './deadline.ts';
import type { RecordContent, RecordKey, RecordSetChange } from './dns-provider.ts';
import type { SessionSettings } from './dns-session.ts';
import type { PendingChange } from './plan-update.ts';

/** A record set as a store keeps it. */
export interface StoredSet {
  readonly zone: string;
  readonly content: RecordContent | 'absent';
  /** Data of each record byte for byte, for prerequisites; empty where a store has none. */
  readonly data: readonly Buffer[];
  /** Target of the CNAME that stands at the name instead. */
  readonly alias: string | undefined;
}

/** What became of one update. What else goes wrong is thrown. */
export type UpdateAnswer =
  | { readonly is: 'done' }
  /** Something that had to hold does not, or one change of many is not allowed: reading again tells. */
  | { readonly is: 'conflict'; readonly error?: HostwrightError }
  /** One change of many is at fault. */
  | { readonly is: 'refused'; readonly error: HostwrightError };

/** Where records lie, for one read or write until its deadline. */
export interface RecordStore {
  readonly deadline: Deadline;
  /** Most that the changes of one update may hold, in bytes. */
  readonly updateBytesMax: number;
  /** Reads what is there now. A key that fails has its error in its place. */
  read(keys: readonly RecordKey[]): Promise<readonly (StoredSet | HostwrightError)[]>;
  /** Changes of one zone, all of them or none. */
  update(zone: string, group: readonly PendingChange[]): Promise<UpdateAnswer>;
  /** Servers that must serve a change before it counts as done; the same array for changes that have the same. */
  serversFor(change: RecordSetChange): Promise<readonly SessionSettings[]>;
  /** Waits until the store itself says that what was written is everywhere, where it can say so. */
  settle?(deadline: Deadline): Promise<void>;
  close(): void;
}
