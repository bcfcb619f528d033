import { constants } from 'node:os';
import type { HostwrightError } from '../model/errors.ts';
import type { Output, RunOptions } from '../model/transport.ts';
import { becomeFailure, ladderMark } from './become.ts';
import type { Channel, ChannelListener, CommandHost } from './channel.ts';
import type { Launch } from './launch.ts';
import { MarkedStream } from './marked-stream.ts';
import { outputTooLarge, shellUnavailable } from './transport-errors.ts';

/** Limit for each output stream of one script. A resource type that needs more reads a digest. */
export const outputBytesMax = 64 * 1024 * 1024;
/** After the exit, when the end of the output was not seen: how long it must be quiet to count as ended. */
const quietMs = 3000;
/** How long a closing channel may keep its place. */
const closingMs = 1000;
/** Longest time a Node.js timer can wait. */
const timerMsMax = 2 ** 31 - 1;

export interface Exit {
  readonly how: 'exit';
  /** Null when a signal ended the shell. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** How a command came to its end, or did not. */
export type Ending = Exit | { readonly how: 'lost' | 'deadline' | 'aborted' };

/** Listens to one command from its start until it is settled. */
export class Recorder implements ChannelListener {
  readonly ending: Promise<Ending>;
  readonly #at: CommandHost;
  readonly #options: RunOptions;
  readonly #leave: () => void;
  readonly #stdout = new MarkedStream(outputBytesMax);
  readonly #stderr = new MarkedStream(outputBytesMax);
  readonly #settle: (ending: Ending) => void;
  readonly #named = Promise.withResolvers<void>();
  readonly #deadline: NodeJS.Timeout;
  #quiet: NodeJS.Timeout | undefined;
  #exit: Exit | undefined;
  #channel: Channel | undefined;
  #isClosed = false;

  constructor(at: CommandHost, options: RunOptions, leave: () => void) {
    const { promise, resolve } = Promise.withResolvers<Ending>();
    this.ending = promise;
    this.#settle = resolve;
    this.#at = at;
    this.#options = options;
    this.#leave = leave;
    const limitMs = Math.min(options.timeoutMs, timerMsMax);
    this.#deadline = setTimeout(() => resolve({ how: 'deadline' }), limitMs);
    options.signal?.addEventListener('abort', this.#abort, { once: true });
    // It may have come since the caller looked.
    if (options.signal?.aborted) this.#abort();
  }

  /** Processes that lead what was started, as far as they have named themselves. */
  get pids(): readonly number[] {
    const ladder = new RegExp(`${ladderMark}(\\d+)\n`).exec(this.#stderr.preamble)?.[1];
    const shell = this.#stderr.pid ?? this.#stdout.pid;
    const pids = [ladder === undefined ? undefined : Number(ladder), shell];
    return pids.filter((pid) => pid !== undefined);
  }

  /** Settles when there is a process to end, or that time is over: what was just started has not spoken yet. */
  async namedWithin(limitMs: number): Promise<void> {
    const timer = setTimeout(this.#named.resolve, limitMs);
    await this.#named.promise;
    clearTimeout(timer);
  }

  /** Whether the command was started. While it was not, nothing of the script has run. */
  get isStarted(): boolean {
    return this.#channel !== undefined;
  }

  /** Whether more was printed than may be kept. */
  get isTooLarge(): boolean {
    return this.#stdout.isTooLarge || this.#stderr.isTooLarge;
  }

  /** The last of what was printed, for a message. */
  get tail(): string {
    const bytes = this.#stderr.finish();
    return (bytes.length > 0 ? bytes : this.#stdout.finish()).subarray(-2000).toString('utf8');
  }

  /** What was printed by whatever came before us, as the startup files of a login shell. */
  get noise(): string {
    return `${this.#stdout.preamble}${this.#words()[0]}`;
  }

  /** Starts the command. Undefined when the deadline or the caller was quicker: then the script is not sent. */
  async open(command: string): Promise<Channel | undefined> {
    const opening = this.#at.open(command, this);
    opening.then(
      (channel) => {
        this.#channel = channel;
        if (this.#isClosed) channel.close();
      },
      () => this.#leave(),
    );
    return Promise.race([opening, this.ending.then(() => undefined)]);
  }

  stdout(chunk: Buffer): void {
    const shown = this.#stdout.push(chunk);
    if (shown.length > 0) this.#options.onOutput?.(shown);
    this.#heard();
  }

  stderr(chunk: Buffer): void {
    this.#stderr.push(chunk);
    this.#heard();
  }

  exit(code: number | null, signal: string | null): void {
    this.#exit = { how: 'exit', code, signal };
    this.#heard();
  }

  closed(): void {
    this.#leave();
    const isWhole = this.#isWhole() || this.#at.lossReason() === undefined;
    this.#settle(this.#exit !== undefined && isWhole ? this.#exit : { how: 'lost' });
  }

  /** Ends timers and the channel. The place is given back when the channel has closed, or soon in any case. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#quiet);
    this.#options.signal?.removeEventListener('abort', this.#abort);
    if (this.#channel === undefined) return;
    this.#channel.close();
    setTimeout(this.#leave, closingMs).unref();
  }

  output(exit: Exit, launch: Launch): Output {
    if (this.#stderr.pid === undefined || this.#stdout.pid === undefined) {
      throw this.#neverStarted(exit, launch);
    }
    if (this.isTooLarge) throw outputTooLarge(outputBytesMax);
    const exitCode = exit.code ?? 128 + signalNumber(exit.signal);
    return { stdout: this.#stdout.finish(), stderr: this.#stderr.finish(), exitCode };
  }

  #neverStarted(exit: Exit, launch: Launch): HostwrightError {
    const [, words] = this.#words();
    if (words !== undefined && launch.becomeUser !== undefined) {
      return becomeFailure(launch.becomeUser, words);
    }
    const reason = `the login shell ended with ${exit.code ?? exit.signal}`;
    return shellUnavailable(reason, this.noise);
  }

  /** Standard error before the script: before the ladder to another user, and where there is one, of that ladder. */
  #words(): readonly [string, string | undefined] {
    const [before = '', words] = this.#stderr.preamble.split(new RegExp(`${ladderMark}\\d+\n`));
    return [before, words];
  }

  #heard(): void {
    if (this.pids.length > 0) this.#named.resolve();
    if (this.#exit === undefined) return;
    clearTimeout(this.#quiet);
    const { resolve, exit } = { resolve: this.#settle, exit: this.#exit };
    if (this.#isWhole()) resolve(exit);
    else this.#quiet = setTimeout(() => resolve(exit), quietMs);
  }

  #isWhole(): boolean {
    return this.#stdout.isEnded && this.#stderr.isEnded;
  }

  readonly #abort = (): void => this.#settle({ how: 'aborted' });
}

/** `SIGKILL` or `KILL` to 9, as a shell counts it. */
function signalNumber(signal: string | null): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return numbers[signal ?? ''] ?? numbers[`SIG${signal}`] ?? 0;
}
