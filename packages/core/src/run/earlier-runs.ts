import { asHostwrightError } from '../model/errors.ts';
import type { Sh } from '../model/sh.ts';
import type { HostReadings } from '../probe/probe.ts';
import { runBatch } from '../shell/batch.ts';
import { awaitWaysBack } from '../shell/way-back.ts';
import { awaitWork } from '../shell/work.ts';
import { type Session, transportOf } from './session.ts';

/** What to do where another run left a host on the move. True: the host has to be read again. */
export type Earlier = (session: Session, host: string, found: HostReadings) => Promise<boolean>;

/** Longest that an earlier step is waited for: the longest limit that a step can have, in milliseconds. */
const waitMsMax = 86_400_000;

/** A plan waits for nothing, but says that what it read may be about to change. */
export const nameEarlier: Earlier = async (session, host, { works, waysBack }) => {
  const warn = (text: string) => session.emit({ type: 'warning', host, text });
  if (works.length > 0) {
    warn(
      'A step of an earlier run is still at work, or its result was not fetched; `apply` waits for it.',
    );
  }
  if (waysBack.isPending) {
    warn(
      'A change of another run is not proved yet, and the host may take it back; `apply` waits for that.',
    );
  }
  return false;
};

/**
 * Waits until the host stands still, so that no two change it at once. How a step ended is seen when the host is read
 * again. A run that still lives keeps its steps and its proofs: nothing is taken from it.
 */
export const awaitEarlier: Earlier = async (session, host, { works, waysBack }) => {
  const warn = (text: string) => session.emit({ type: 'warning', host, text });
  if (works.length > 0) warn('A step of an earlier run is still at work: waiting for it.');
  for (const id of works) await finish(session, host, awaitWork(id));
  if (waysBack.isPending) {
    warn(
      'A change of another run is not proved yet: waiting until it is, or until the host has taken it back.',
    );
    await finish(session, host, awaitWaysBack);
  }
  return true;
};

async function finish(session: Session, host: string, text: Sh): Promise<void> {
  const fragment = { text, commands: [], timeoutMs: waitMsMax };
  const transport = transportOf(session, host);
  try {
    await runBatch(transport, [fragment], { signal: session.signal });
  } catch (thrown) {
    const error = asHostwrightError(thrown);
    if (error.code !== 'TRANSPORT_CONNECTION_LOST') throw error;
    await session.reconnect(host, error, transport);
    await finish(session, host, text);
  }
}
