import type { ErrorRecord } from '../model/errors.ts';
import type { PlacedError } from './error-groups.ts';
import type { RunRecord } from './run-record.ts';

/** Every error of a run with its place: what ended it, hosts that were not reached, resources that failed. */
export function placedErrors(record: RunRecord): readonly PlacedError[] {
  const { unreachable, steps } = record;
  const ended = endingsOf(record).map((error) => ({
    host: error.host ?? 'run',
    label: error.resource,
    source: error.source,
    error,
  }));
  const failed = steps.flatMap(({ host, label, source, error }) =>
    error === undefined ? [] : [{ host, label, source, error }],
  );
  return [...ended, ...unreachable, ...failed];
}

/** What ended the run, or why nothing may come of it: where a refusal ended it, it is said once. */
export function endingsOf({ failure, refusals }: RunRecord): readonly ErrorRecord[] {
  return failure === undefined ? refusals : [failure];
}
