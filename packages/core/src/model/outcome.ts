import type { ErrorCode, ErrorRecord } from './errors.ts';
import type { Verdict } from './plan.ts';
import type { Source } from './source.ts';

/** The only five results. */
export type ResultName = 'ok' | 'changed' | 'failed' | 'skipped' | 'unreachable';

export interface StepResult {
  readonly id: string;
  readonly host: string;
  readonly kind: string;
  readonly label: string;
  readonly source: Source | undefined;
  readonly result: ResultName;
  /** What was done, as it was known when it was done. */
  readonly verdict: Verdict;
  /** Why it failed. */
  readonly error?: ErrorRecord;
  /** Id of the ancestor that failed, for a skipped step; or a host that was not reached, `interrupted`, `not attempted`. */
  readonly because?: string;
  /** Wall time of its batch, in milliseconds. */
  readonly ms: number;
}

export interface HostSummary {
  readonly host: string;
  readonly counts: Readonly<Record<ResultName, number>>;
  /** Exec round trips of the whole run. */
  readonly roundTrips: number;
  /** Why the host could not be reached, or that another run holds it. */
  readonly error?: ErrorRecord;
  /** Outside the limit: read for what others need of it, and not to be changed. */
  readonly isReadOnly?: true;
  /** Nothing was begun on it, because too many hosts of earlier batches failed. */
  readonly isNotAttempted?: true;
}

/** Errors of hosts that answered, and where nothing is changed: everything has failed there, and they are not unreachable. */
export const answeredCodes: readonly ErrorCode[] = ['HOST_TWICE', 'LOCK_UNWRITABLE'];

/** What an apply did. A JSON-printable value. */
export interface Outcome {
  readonly version: 1;
  readonly steps: readonly StepResult[];
  readonly hosts: readonly HostSummary[];
  readonly isConverged: boolean;
  readonly ms: number;
}
