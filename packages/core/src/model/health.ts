import type { ErrorRecord } from './errors.ts';
import type { Sh } from './sh.ts';

/** `idle`: there was nothing to measure, which is no fault. */
export type IndicatorVerdict = 'good' | 'bad' | 'idle';

/** One figure of a running service, and whether it is as it should be. A JSON-printable value. */
export interface Indicator {
  /** Stable, for programs: `queue`. */
  readonly name: string;
  /** For people: `messages in the queue`. */
  readonly title: string;
  /** In `unit`; null where there was nothing to measure. */
  readonly value: number | null;
  readonly unit: string;
  /** What is wanted, in words: `< 100`. */
  readonly wanted: string;
  readonly verdict: IndicatorVerdict;
  /** What is worth knowing beside the value, a sentence each. */
  readonly notes: readonly string[];
  /** The figure over the time that was looked at, oldest first, in equal steps; for a chart. */
  readonly series?: readonly number[];
}

/** How a type tells whether what it declares is well, beyond being as declared. All functions are pure. */
export interface Health<Spec> {
  /** Commands that the script needs. */
  readonly commands: readonly string[];
  /** Read-only. It must exit 0. */
  script(spec: Spec): Sh;
  /** Throws a HostwrightError for what cannot be read. */
  read(stdout: string, spec: Spec): readonly Indicator[];
  /** In milliseconds; 30000 when left out. */
  readonly timeoutMs?: number;
}

/** The indicators of one declaration on one host, or why there are none. */
export type HealthCheck =
  | {
      readonly resource: string;
      readonly indicators: readonly Indicator[];
      readonly error?: never;
    }
  | { readonly resource: string; readonly error: ErrorRecord };
