/** What one started command reports. `closed` comes last, and once. */
export interface ChannelListener {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  /** `code` is null when a signal ended the command. */
  exit(code: number | null, signal: string | null): void;
  closed(): void;
}

/** One started command: a channel of an SSH connection, or a local process. */
export interface Channel {
  /** Writes all of standard input and ends it. Flow control is the channel's own affair. */
  end(input: Buffer): void;
  /** Lets go of the streams. What runs is not ended by it. */
  close(): void;
}

/** Where commands are started: one host. */
export interface CommandHost {
  readonly host: string;
  /** Waits for one of the few places; what it returns gives the place back. */
  enter(signal: AbortSignal | undefined): Promise<() => void>;
  /** Starts a command. Fails with a HostwrightError; then nothing has run. */
  open(command: string, listener: ChannelListener): Promise<Channel>;
  /** Why the way to the host is gone; undefined while it stands. */
  lossReason(): string | undefined;
}
