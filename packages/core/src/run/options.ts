import type { RunEvent } from '../model/event.ts';
import type { Host } from '../model/host.ts';
import type { Percent, Serial } from '../model/rollout.ts';
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
  /**
   * Waits before each try to connect again when a connection was lost in the middle of an apply, in milliseconds.
   * About one minute in all when left out; none: the host is given up at once.
   */
  readonly reconnectWaitsMs?: readonly number[];
  /**
   * How long a host waits, after a change that may shut everybody out, for a new login before it goes back by itself, in
   * milliseconds; a minute when left out. Give it twice what a login to the slowest host takes.
   */
  readonly wayBackMs?: number;
  /** For tests and for transports of your own. */
  readonly connect?: Connect;
  /**
   * Hosts to look at and to change: hosts, groups and patterns, joined by commas, as `'web*,db&eu,!web3'`. Values that
   * they get from other hosts stay the same: those are read, and never changed.
   */
  readonly limit?: string | readonly string[];
  /** Only declarations with one of these tags are changed. What they need must be as declared already. */
  readonly tags?: readonly string[];
  /** Declarations with one of these tags are left as they are. */
  readonly skipTags?: readonly string[];
  /** Hosts that are changed at once, batch after batch: `1`, `'10%'`, or a list whose last one counts for the rest. */
  readonly serial?: Serial;
  /** Hosts that may fail before no other batch is begun: a number for the run, `'10%'` of each batch. 0 with `serial`. */
  readonly maxFail?: number | Percent;
  /** Wait so long for another run to leave a host, in milliseconds; 0 when left out: the host is refused at once. */
  readonly lockWaitMs?: number;
  /** What the run is called where another one finds its lock; the program's name when left out. */
  readonly command?: string;
}

/**
 * What calls take that ask hosts something or do it at once. Tags, batches and limits of failures are for what is planned:
 * where they would be passed over, they are no settings.
 */
export type AskSettings = Pick<RunSettings, 'forks' | 'onEvent' | 'signal' | 'connect' | 'limit'>;

export const forksDefault = 10;

export const wayBackMsDefault = 60_000;

export const reconnectWaitsMsDefault = [200, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000];
