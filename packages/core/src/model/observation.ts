import type { HostwrightError } from './errors.ts';
import type { Reading } from './reading.ts';

/** What was found on the hosts: one reading for each node that could be asked for. */
export interface Observation {
  readonly readings: ReadonlyMap<string, Reading<unknown>>;
  /** By host: labels of what an earlier, broken-off run still has to refresh. */
  readonly owed: ReadonlyMap<string, readonly string[]>;
  /** By host: ways back that another run staged there and did not clear away. */
  readonly waysBack: ReadonlyMap<string, readonly string[]>;
  /** Hosts with the lock of another run, which may be dead. */
  readonly held: ReadonlySet<string>;
  readonly unreachable: ReadonlyMap<string, HostwrightError>;
}
