import { setTimeout as delay } from 'node:timers/promises';
import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { Sh } from '../model/sh.ts';
import type { Transport } from '../model/transport.ts';
import { runBatch } from '../shell/batch.ts';
import {
  type Armed,
  disarmWayBack,
  exitNotArmed,
  exitReverted,
  goBack,
  hasGoneBack,
  isTakenBack,
  settleSeconds,
} from '../shell/way-back.ts';
import type { Way } from './attempt.ts';

/** Waits before each try to get in, in milliseconds. */
const tryWaitsMs = [0, 2000, 5000];
/** Waits before each look whether the host has gone back, in milliseconds, after its timer is due. */
const lookWaitsMs = [5000, 10_000, 15_000];
const timeoutMs = settleSeconds * 1000 + 20_000;

/** A way to a host that can also be entered anew. */
export interface ProvableWay extends Way {
  /** A connection of its own, with a login and a become of its own. */
  readonly enter: () => Promise<Transport>;
  /** How long the host waits for the proof after a change, in milliseconds. */
  readonly wayBackMs: number;
}

/** Seconds that the host waits for the proof. */
export function proofSeconds({ wayBackMs }: ProvableWay): number {
  return Math.max(1, Math.ceil(wayBackMs / 1000));
}

/**
 * Makes a change for which ways back are armed, and proves the way in afterwards, also where the change took the
 * connection with it. A change that failed may be half made, and what is half made may shut everybody out later: the
 * host goes back from it.
 *
 * Errors: LOCKED_OUT is returned, TRANSPORT_CONNECTION_LOST too where the way in is open again; what else `change` throws.
 */
export async function underGuard(
  way: ProvableWay,
  armed: readonly Armed[],
  change: () => Promise<HostwrightError | undefined>,
): Promise<HostwrightError | undefined> {
  let lost: HostwrightError | undefined;
  const transport = way.transport();
  const error = await change().catch((thrown: unknown) => {
    lost = asHostwrightError(thrown);
    if (armed.length === 0 || lost.code !== 'TRANSPORT_CONNECTION_LOST') throw thrown;
    return lost;
  });
  let lockedOut: HostwrightError | undefined;
  for (const one of armed.toReversed()) {
    const isBack = lockedOut !== undefined && (await goBackNow(way, one));
    if (!isBack) lockedOut ??= await proveWayIn(way, one, error);
  }
  if (lost !== undefined) await way.reconnect(lost, transport).catch(() => undefined);
  return lockedOut ?? error;
}

/**
 * Proves by a new login that the last change shut nobody out, and takes the timer away on that new connection; after a
 * change that failed it goes back over it. Where nobody gets in, the host goes back: at once over the old connection
 * where it still answers, else by its timer.
 *
 * Errors: LOCKED_OUT. Undefined: the way in is open.
 */
async function proveWayIn(
  way: ProvableWay,
  armed: Armed,
  error: HostwrightError | undefined,
): Promise<HostwrightError | undefined> {
  const isFailed = error?.code === 'APPLY_FAILED';
  if (isFailed && isTakenBack(error.detail)) {
    const problem =
      'This change cut the connection, and the host went back before there was another.';
    return new HostwrightError('LOCKED_OUT', { problem });
  }
  const proof = await enterAnd(way, isFailed ? goBack(armed) : disarmWayBack(armed));
  if (proof === 'open') return undefined;
  const lockedOut = (problem: string) =>
    new HostwrightError('LOCKED_OUT', { problem, ...(isFailed ? { detail: error.detail } : {}) });
  if (proof === 'reverted') return lockedOut('The proof came too late, and the host went back.');
  const isBack = (await goBackNow(way, armed)) || (await hasComeBack(way, armed));
  const problem = isBack
    ? `A new login failed after this change, and the host went back to what was before: ${proof.problem}`
    : `A new login failed after this change, and it is not known whether the host went back: ${proof.problem}`;
  return lockedOut(problem);
}

async function enterAnd(
  way: ProvableWay,
  text: Sh,
): Promise<'open' | 'reverted' | HostwrightError> {
  let reason = noAnswer();
  for (const waitMs of tryWaitsMs) {
    await delay(waitMs);
    const exitCode = await runAnew(way, text);
    if (exitCode === 0 || exitCode === exitNotArmed) return 'open';
    if (exitCode === exitReverted) return 'reverted';
    if (exitCode instanceof HostwrightError) reason = exitCode;
    // A refused login is not tried again: sshd and sudo lock out whoever fails too often.
    if (!['TRANSPORT_UNREACHABLE', 'TRANSPORT_CONNECTION_LOST'].includes(reason.code)) break;
  }
  return reason;
}

/** Over the connection that made the change, which a firewall or a broken sshd leaves open. */
async function goBackNow(way: Way, armed: Armed): Promise<boolean> {
  try {
    const fragment = { text: goBack(armed), commands: [], timeoutMs };
    const [answer] = await runBatch(way.transport(), [fragment]);
    return answer?.is === 'ran' && answer.exitCode === 0;
  } catch {
    return false;
  }
}

async function hasComeBack(way: ProvableWay, armed: Armed): Promise<boolean> {
  for (const waitMs of [proofSeconds(way) * 1000, ...lookWaitsMs]) {
    await delay(waitMs);
    if ((await runAnew(way, hasGoneBack(armed))) === 0) return true;
  }
  return false;
}

/** Exit code of a script that came over a new connection, or why there is none. */
async function runAnew(way: ProvableWay, text: Sh): Promise<number | HostwrightError> {
  let transport: Transport | undefined;
  try {
    transport = await way.enter();
    const [answer] = await runBatch(transport, [{ text, commands: [], timeoutMs }]);
    return answer?.is === 'ran' ? answer.exitCode : noAnswer();
  } catch (thrown) {
    return asHostwrightError(thrown);
  } finally {
    await transport?.close().catch(() => undefined);
  }
}

function noAnswer(): HostwrightError {
  return new HostwrightError('TRANSPORT_CONNECTION_LOST', { problem: 'The host gave no answer.' });
}
