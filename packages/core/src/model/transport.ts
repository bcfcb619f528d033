/** What one script printed and how it ended. Bytes, because a host may print anything. */
export interface Output {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

export interface RunOptions {
  /** Limit for the whole script, in milliseconds. */
  readonly timeoutMs: number;
  /** User to run as; when left out, the one that the host's `become` names, or the login user without it. */
  readonly becomeUser?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with every chunk of standard output as it arrives, for progress on long steps. */
  readonly onOutput?: ((chunk: Buffer) => void) | undefined;
}

/** An address, with the user that logged in there. */
export interface Login {
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

/**
 * One connection to one host. A script travels on standard input of a constant command that starts /bin/sh, or climbs
 * to another user first: no value of the user's ever stands on a command line. Each `run` is one exec round trip.
 *
 * The script starts in the home directory of the user it runs as, or in / where there is none. The shell reads all of
 * it before it runs a line, and its commands read /dev/null. What login shells and sudo print around it is cut off.
 *
 * Errors: TRANSPORT_CONNECTION_LOST, TRANSPORT_TIMEOUT, TRANSPORT_BECOME_FAILED, TRANSPORT_SHELL_UNAVAILABLE,
 * TRANSPORT_OUTPUT_TOO_LARGE, SHELL_NUL, INTERRUPTED. A script that exits with another code than 0 is a result, no error.
 * After TRANSPORT_TIMEOUT and INTERRUPTED the processes of the script have been ended, or the message says they were not.
 */
export interface Transport {
  /** Inventory name of the host, for messages. */
  readonly host: string;
  /** Exec round trips made so far. */
  readonly roundTrips: number;
  /** Where it leads and who logged in there, when the inventory alone does not say it: the SSH configuration may. */
  readonly login?: Login;
  run(script: string, options: RunOptions): Promise<Output>;
  close(): Promise<void>;
}
