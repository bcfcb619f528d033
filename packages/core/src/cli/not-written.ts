import { HostwrightError, messageOf } from '../model/errors.ts';

/** REPORT_NOT_WRITTEN, for what cannot be written. `isDone`: hosts may have been changed before. */
export function notWritten(what: string, cause: unknown, isDone: boolean): HostwrightError {
  return new HostwrightError('REPORT_NOT_WRITTEN', {
    problem: `${what} cannot be written: ${messageOf(cause)}.`,
    cause,
    ...(isDone ? { remedy: 'Name a place that can be written to. What the run did is done.' } : {}),
  });
}
