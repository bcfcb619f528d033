import { exitTable } from './exit-codes.ts';

/** Ctrl-C, the end of a job, the end of a terminal. */
const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Errors that nobody waits for, as a timer of the playbook throws them. Without a listener Node ends in the middle of a step. */
export const strayNames = ['uncaughtException', 'unhandledRejection'] as const;

/** How long the steps at work may take to come to their end after such an error. */
const strayMs = 60_000;

export interface Signals {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Back to Node's own ways. */
  release(): void;
}

/** What is said on the way. */
export interface SignalWords {
  readonly first: () => void;
  /** Before the process ends at once. */
  readonly second: () => void;
  readonly stray: (thrown: unknown) => void;
}

/**
 * The first signal asks the run to come to an end; the second ends the process at once. An error that nobody waits for
 * counts as a signal, and makes the exit code 1, however well the run ends.
 */
export function watchSignals(say: SignalWords): Signals {
  const controller = new AbortController();
  let limit: NodeJS.Timeout | undefined;
  const end = (code: number) => {
    say.second();
    process.exit(code);
  };
  const receive = () => {
    if (controller.signal.aborted) end(exitTable.interrupted.code);
    controller.abort();
    say.first();
  };
  const receiveStray = (thrown: unknown) => {
    say.stray(thrown);
    const { code } = exitTable.failed;
    if (limit !== undefined) end(code);
    limit = setTimeout(() => end(code), strayMs).unref();
    process.once('exit', () => {
      process.exitCode = code;
    });
    if (!controller.signal.aborted) receive();
  };
  for (const name of names) process.on(name, receive);
  for (const name of strayNames) process.on(name, receiveStray);
  return {
    signal: controller.signal,
    release() {
      clearTimeout(limit);
      for (const name of names) process.off(name, receive);
      for (const name of strayNames) process.off(name, receiveStray);
    },
  };
}
