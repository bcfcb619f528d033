import { exitTable } from './exit-codes.ts';

/** Ctrl-C, the end of a job, the end of a terminal. */
const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Signals {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Back to Node's own ways. */
  release(): void;
}

/** The first signal asks the run to come to an end; the second ends the process at once. */
export function watchSignals(onFirst: () => void, onSecond: () => void): Signals {
  const controller = new AbortController();
  const receive = () => {
    if (controller.signal.aborted) {
      onSecond();
      process.exit(exitTable.interrupted.code);
    }
    controller.abort();
    onFirst();
  };
  for (const name of names) process.on(name, receive);
  return {
    signal: controller.signal,
    release() {
      for (const name of names) process.off(name, receive);
    },
  };
}
