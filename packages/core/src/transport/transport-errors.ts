import { asHostwrightError, HostwrightError } from '../model/errors.ts';

/** `outcome` says what became of a command that was running, as a sentence without its full stop. */
export function interrupted(outcome?: string): HostwrightError {
  const problem = ['The run was interrupted', outcome].filter((part) => part !== undefined);
  return new HostwrightError('INTERRUPTED', { problem: `${problem.join('. ')}.` });
}

/** `reason` is what is known of the break, as a clause: `the host closed the connection`. */
export function connectionLost(reason: string): HostwrightError {
  return new HostwrightError('TRANSPORT_CONNECTION_LOST', {
    problem: `The connection ended before the command reported a result: ${reason}.`,
  });
}

export function outputTooLarge(bytesMax: number): HostwrightError {
  return new HostwrightError('TRANSPORT_OUTPUT_TOO_LARGE', {
    problem: `The command printed more than ${bytesMax / 1024 / 1024} MiB.`,
  });
}

/** `reason` is a clause: `the login shell ended with 1`. */
export function shellUnavailable(reason: string, detail?: string): HostwrightError {
  return new HostwrightError('TRANSPORT_SHELL_UNAVAILABLE', {
    problem: `No shell was started: ${reason}.`,
    detail,
  });
}

/** Does something, and names the host in whatever it throws. */
export async function withHost<T>(host: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asHostwrightError(thrown).with({ host });
  }
}

/** A duration for a message: whole seconds where it is a second or more. */
export function duration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
