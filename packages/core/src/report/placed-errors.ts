import type { PlacedError } from './error-groups.ts';
import type { RunRecord } from './run-record.ts';

/** Every error of a run with its place: what ended it, hosts that were not reached, resources that failed. */
export function placedErrors({ failure, unreachable, steps }: RunRecord): readonly PlacedError[] {
  const ended =
    failure === undefined
      ? []
      : [
          {
            host: failure.host ?? 'run',
            label: failure.resource,
            source: failure.source,
            error: failure,
          },
        ];
  const failed = steps.flatMap(({ host, label, source, error }) =>
    error === undefined ? [] : [{ host, label, source, error }],
  );
  return [...ended, ...unreachable, ...failed];
}
