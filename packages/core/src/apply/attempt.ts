import { randomBytes } from 'node:crypto';
import { asHostwrightError, type HostwrightError } from '../model/errors.ts';
import type { Sh } from '../model/sh.ts';
import type { Transport } from '../model/transport.ts';
import { type BatchOptions, runBatch } from '../shell/batch.ts';
import type { Answer, Fragment } from '../shell/frame.ts';
import { awaitStepEnd } from '../shell/step-end.ts';
import { followWork, isGone, startWork } from '../shell/work.ts';
import { type RunLock, runLocked } from './run-lock.ts';

/** The way to a host, which may be another connection after each loss. */
export interface Way {
  readonly transport: () => Transport;
  /** Connects again in place of what was lost. Throws the reason of the loss where the host stays away. */
  readonly reconnect: (reason: HostwrightError, lost: Transport) => Promise<void>;
  /** Taken by every script that changes something. */
  readonly lock: RunLock;
}

export interface Attempt {
  readonly text: Sh;
  /** What goes around the text or around following it, in the script that a connection runs. */
  readonly around: (text: Sh) => Sh;
  readonly commands: readonly string[];
  readonly timeoutMs: number;
  /** Kind of the resources, when the text is to run on by itself on the host. */
  readonly longKind: string | undefined;
  readonly onLine: (line: string) => void;
}

/** The connection broke, the script has ended since, and nobody knows how: look at the host. */
export type CutOff = { readonly is: 'cut off'; readonly reason: HostwrightError };

/** Beside the limit of what it follows, in milliseconds. */
const followingMs = 60_000;
/** How long a script may run on after its connection broke, in seconds. */
const orphanSecondsMax = 600;

/**
 * Runs one fragment that changes something, once, and learns what became of it although the connection breaks: a long
 * one is followed over the next connection, a short one is waited for. It is never run again here.
 *
 * Errors: what a transport throws; TRANSPORT_CONNECTION_LOST where the host stays away or the script does not end.
 */
export async function runOnce(way: Way, attempt: Attempt): Promise<Answer | CutOff> {
  const id = randomBytes(8).toString('hex');
  return attempt.longKind === undefined
    ? runShort(way, attempt, id)
    : runLong(way, attempt, { id, what: attempt.longKind });
}

async function runShort(way: Way, attempt: Attempt, id: string): Promise<Answer | CutOff> {
  const { around, text, commands, timeoutMs, onLine } = attempt;
  const fragment = { text: around(text), commands, timeoutMs };
  const answer = await run(way, fragment, { step: id, onLine });
  if (answer.is === 'cut off') await awaitEnd(way, id, answer.reason);
  return answer;
}

async function runLong(
  way: Way,
  { around, text, commands, timeoutMs, onLine }: Attempt,
  { id, what }: { readonly id: string; readonly what: string },
): Promise<Answer | CutOff> {
  const seconds = Math.ceil(timeoutMs / 1000);
  const next = unseenLines(onLine);
  const runText = (script: Sh) => {
    const fragment = { text: around(script), commands, timeoutMs: timeoutMs + followingMs };
    return run(way, fragment, { step: id, onLine: next() });
  };
  let answer = await runText(startWork(text, { id, what, seconds }));
  while (answer.is === 'cut off') {
    const cut = answer;
    answer = await runText(followWork(id));
    if (answer.is === 'ran' && isGone(answer.stderr)) return cut;
  }
  return answer;
}

async function run(way: Way, fragment: Fragment, options: BatchOptions): Promise<Answer | CutOff> {
  return cutOff(way, (transport) => runLocked(way.lock, transport, fragment, options));
}

/** Does something over the connection of now; where that breaks, there is another one behind it. */
export async function cutOff(
  way: Way,
  work: (transport: Transport) => Promise<Answer | undefined>,
): Promise<Answer | CutOff> {
  const transport = way.transport();
  try {
    return (await work(transport)) ?? { is: 'lost' };
  } catch (thrown) {
    const reason = asHostwrightError(thrown);
    if (reason.code !== 'TRANSPORT_CONNECTION_LOST') throw thrown;
    await way.reconnect(reason, transport);
    return { is: 'cut off', reason };
  }
}

/** A script that lost its connection runs on, and two at once are worse than waiting. */
async function awaitEnd(way: Way, id: string, reason: HostwrightError): Promise<void> {
  const text = awaitStepEnd(id, orphanSecondsMax);
  const fragment = { text, commands: [], timeoutMs: orphanSecondsMax * 1000 + followingMs };
  const answer = await cutOff(way, async (transport) => (await runBatch(transport, [fragment]))[0]);
  if (answer.is === 'cut off') return awaitEnd(way, id, reason);
  if (answer.is !== 'ran' || answer.exitCode !== 0) throw reason;
}

/** Handlers of lines, one for each connection: what was seen over an earlier one is not shown again. */
function unseenLines(onLine: (line: string) => void): () => (line: string) => void {
  let seen = 0;
  return () => {
    let passed = 0;
    return (line) => {
      passed += 1;
      if (passed <= seen) return;
      seen = passed;
      onLine(line);
    };
  };
}
