import type { HostwrightError } from './errors.ts';
import type { Reading } from './reading.ts';

/** What was found on the hosts: one reading for each node that could be asked for. */
export interface Observation {
  readonly readings: ReadonlyMap<string, Reading<unknown>>;
  /** By host: labels of what an earlier, broken-off run still has to refresh. */
  readonly owed: ReadonlyMap<string, readonly string[]>;
  readonly unreachable: ReadonlyMap<string, HostwrightError>;
}
