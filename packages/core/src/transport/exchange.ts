import { HostwrightError } from '../model/errors.ts';
import type { Output, RunOptions } from '../model/transport.ts';
import type { CommandHost } from './channel.ts';
import { envelope, type Launch } from './launch.ts';
import { outputBytesMax, Recorder } from './recorder.ts';
import { stopScript } from './stop-script.ts';
import { connectionLost, duration, interrupted, outputTooLarge } from './transport-errors.ts';

/** Limit for ending what a script left that ran too long. */
const stopTimeoutMs = 6000;
/** How long a script that was only just started may take to say which process is to be ended. */
const namingMs = 1000;

/** What a script printed, and what was cut off before it. */
export interface Exchanged {
  readonly output: Output;
  readonly noise: string;
}

/**
 * Runs one script in a shell that `launch` starts, and settles in every case: see the errors of `Transport`.
 * A script that overruns its limit, or is interrupted, is ended on the host over a channel of its own before this fails.
 */
export async function exchange(
  at: CommandHost,
  launch: Launch,
  script: string,
  options: RunOptions,
): Promise<Exchanged> {
  if (options.signal?.aborted) throw interrupted();
  const input = inputFor(launch, script);
  const leave = await at.enter(options.signal);
  const recorder = new Recorder(at, options, leave);
  const end = (how: 'deadline' | 'aborted') => overrun(how, at, launch, recorder, options);
  const output = await settle(at, launch, input, recorder, end);
  return { output, noise: recorder.noise };
}

async function settle(
  at: CommandHost,
  launch: Launch,
  input: Buffer,
  recorder: Recorder,
  overrun: (how: 'deadline' | 'aborted') => Promise<HostwrightError>,
): Promise<Output> {
  try {
    const channel = await recorder.open(launch.command);
    channel?.end(input);
    const ending = await recorder.ending;
    if (ending.how === 'exit') return recorder.output(ending, launch);
    if (ending.how === 'lost') throw connectionLost(at.lossReason() ?? 'the channel was closed');
    throw await overrun(ending.how);
  } finally {
    recorder.close();
  }
}

/** Ends a script that is still running, and says in an error how that went. */
async function overrun(
  how: 'deadline' | 'aborted',
  at: CommandHost,
  launch: Launch,
  recorder: Recorder,
  options: RunOptions,
): Promise<HostwrightError> {
  if (recorder.isStarted) await recorder.namedWithin(namingMs);
  const outcome = !recorder.isStarted
    ? 'It was not started'
    : (await stop(at, launch, recorder.pids))
      ? 'It was ended on the host'
      : 'It may still run on the host';
  if (how === 'aborted') return interrupted(outcome);
  if (recorder.isTooLarge) return outputTooLarge(outputBytesMax);
  return new HostwrightError('TRANSPORT_TIMEOUT', {
    problem: `The command took longer than ${duration(options.timeoutMs)}. ${outcome}.`,
    detail: recorder.tail,
  });
}

/** Whether nothing is left of what the given processes lead. */
async function stop(at: CommandHost, launch: Launch, pids: readonly number[]): Promise<boolean> {
  if (pids.length === 0 || at.lossReason() !== undefined) return false;
  const input = inputFor(launch, stopScript(pids));
  const recorder = new Recorder(at, { timeoutMs: stopTimeoutMs }, () => undefined);
  try {
    const failed = async () => new HostwrightError('TRANSPORT_TIMEOUT', { problem: 'Not ended.' });
    const { exitCode } = await settle(at, launch, input, recorder, failed);
    return exitCode === 0;
  } catch {
    return false;
  }
}

function inputFor(launch: Launch, script: string): Buffer {
  return Buffer.from(launch.prefix + envelope(script));
}
