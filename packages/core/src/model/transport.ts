/** What one script printed and how it ended. Bytes, because a host may print anything. */
export interface Output {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

export interface RunOptions {
  /** Limit for the whole script, in milliseconds. */
  readonly timeoutMs: number;
  /** User to run as through sudo; undefined is the login user. */
  readonly becomeUser?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with every chunk of standard output as it arrives, for progress on long steps. */
  readonly onOutput?: ((chunk: Buffer) => void) | undefined;
}

/**
 * One connection to one host. A script travels on standard input of the constant command `exec /bin/sh` (or of the
 * constant sudo ladder): no value of the user's ever stands on a command line. Each `run` is one exec round trip.
 *
 * Errors: TRANSPORT_CONNECTION_LOST, TRANSPORT_TIMEOUT, TRANSPORT_BECOME_FAILED, TRANSPORT_OUTPUT_TOO_LARGE, INTERRUPTED.
 * A script that exits with another code than 0 is a result, not an error.
 */
export interface Transport {
  /** Inventory name of the host, for messages. */
  readonly host: string;
  /** Exec round trips made so far. */
  readonly roundTrips: number;
  run(script: string, options: RunOptions): Promise<Output>;
  close(): Promise<void>;
}
