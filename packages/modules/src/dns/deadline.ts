import { HostwrightError } from '@hostwright/core';

/** One limit for everything that a read or a write does, and the caller's wish to stop. */
export interface Deadline {
  /** Fires at the limit or with the caller's signal. */
  readonly signal: AbortSignal;
  /** The error for what was under way when it fired: DNS_TIMEOUT or INTERRUPTED. */
  error(underWay: string): HostwrightError;
}

export function startDeadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = caller === undefined ? limit : AbortSignal.any([limit, caller]);
  return {
    signal,
    error: (underWay) =>
      caller?.aborted
        ? new HostwrightError('INTERRUPTED', { problem: `Interrupted ${underWay}.` })
        : new HostwrightError('DNS_TIMEOUT', {
            problem: `No answer within ${timeoutMs / 1000} s ${underWay}.`,
          }),
  };
}

/** Waits, or throws the deadline's error when it fires first. */
export async function pause(milliseconds: number, deadline: Deadline, underWay: string) {
  if (deadline.signal.aborted) throw deadline.error(underWay);
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(deadline.error(underWay));
    };
    const timer = setTimeout(() => {
      deadline.signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    deadline.signal.addEventListener('abort', stop, { once: true });
  });
}
