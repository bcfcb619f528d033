import type { RunEvent } from '../model/event.ts';
import type { Host } from '../model/host.ts';
import type { Transport } from '../model/transport.ts';
import type { RemovalsMax } from '../plan/removals.ts';

export type { RemovalsMax };

/** How a host is connected to; the default goes by `host.connection`. */
export type Connect = (host: Host, signal: AbortSignal) => Promise<Transport>;

/** What every call of the library takes. */
export interface RunSettings {
  /** Hosts at work at once; 10 when left out. */
  readonly forks?: number;
  /** Called with every event, in order. Must not throw. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborting finishes the step at work on each host, begins nothing new, and ends the run as interrupted. */
  readonly signal?: AbortSignal;
  /** How much the plan may remove before it refuses itself: `{ count: 5 }`, `{ percent: 20 }`. Not limited when left out. */
  readonly removalsMax?: RemovalsMax;
  /** For tests and for transports of your own. */
  readonly connect?: Connect;
}

export const forksDefault = 10;
