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
} from '../shell/way-back.ts';
import type { Way } from './attempt.ts';

/** Seconds from arming to going back: a login that takes as long as it may, twice, and the change itself. */
export const goBackSeconds = 60;
/** Waits before each try to get in, in milliseconds. */
const tryWaitsMs = [0, 2000, 5000];
/** Waits before each look whether the host has gone back, in milliseconds, after its timer is due. */
const lookWaitsMs = [5000, 10_000, 15_000];
const timeoutMs = 20_000;

/** A way to a host that can also be entered anew. */
export interface ProvableWay extends Way {
  /** A connection of its own, with a login and a become of its own. */
  readonly enter: () => Promise<Transport>;
}

/**
 * Proves by a new login that the last change shut nobody out, and takes the timer away on that new connection. Where
 * that fails, the host goes back: at once over the old connection where it still answers, else by its timer.
 *
 * Errors: LOCKED_OUT. Undefined: the way in is open.
 */
export async function proveWayIn(
  way: ProvableWay,
  armed: Armed,
  seconds = goBackSeconds,
): Promise<HostwrightError | undefined> {
  const proof = await enterAndDisarm(way, armed);
  if (proof === 'open') return undefined;
  if (proof === 'reverted') return lockedOut('The proof came too late, and the host went back.');
  const isBack = (await goBackNow(way, armed)) || (await hasComeBack(way, armed, seconds));
  const problem = isBack
    ? `A new login failed after this change, and the host went back to what was before: ${proof.problem}`
    : `A new login failed after this change, and it is not known whether the host went back: ${proof.problem}`;
  return lockedOut(problem);
}

function lockedOut(problem: string): HostwrightError {
  return new HostwrightError('LOCKED_OUT', { problem });
}

async function enterAndDisarm(
  way: ProvableWay,
  armed: Armed,
): Promise<'open' | 'reverted' | HostwrightError> {
  let reason = lockedOut('It was not tried.');
  for (const waitMs of tryWaitsMs) {
    await delay(waitMs);
    const exitCode = await runAnew(way, disarmWayBack(armed));
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

async function hasComeBack(way: ProvableWay, armed: Armed, seconds: number): Promise<boolean> {
  for (const waitMs of [seconds * 1000, ...lookWaitsMs]) {
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
    return answer?.is === 'ran' ? answer.exitCode : lockedOut('The host gave no answer.');
  } catch (thrown) {
    return asHostwrightError(thrown);
  } finally {
    await transport?.close().catch(() => undefined);
  }
}
