import type { HostwrightError } from '../model/errors.ts';
import { interrupted } from './transport-errors.ts';

export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** What is thrown when it takes longer. */
  readonly late: () => HostwrightError;
}

/** What comes of a work, which goes on unheard where a limit ends it. Errors: those of the work and of `late`; INTERRUPTED. */
export function withinLimits<T>(work: Promise<T>, { timeoutMs, signal, late }: Limits): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(late()), timeoutMs);
  const abort = () => reject(interrupted());
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  work.then(resolve, reject);
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}
