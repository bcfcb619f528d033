import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import { runBatch } from '../shell/batch.ts';
import { followWork } from '../shell/work.ts';
import type { Session } from './session.ts';

/** What to do with steps that an earlier run left at work on a host. True: the host has to be read again. */
export type EarlierWorks = (
  session: Session,
  host: string,
  works: readonly string[],
) => Promise<boolean>;

/** Longest that an earlier step is waited for: the longest limit that a step can have, in milliseconds. */
const waitMsMax = 86_400_000;

/** A plan waits for nothing, but says that what it read may be about to change. */
export const nameEarlierWorks: EarlierWorks = async (session, host) => {
  const text =
    'A step of an earlier run is still at work, or its result was not fetched; `apply` waits for it.';
  session.emit({ type: 'warning', host, text });
  return false;
};

/** Waits for the steps, so that no two change the host at once. How they ended is seen when the host is read again. */
export const finishEarlierWorks: EarlierWorks = async (session, host, works) => {
  const text = 'A step of an earlier run is still at work: waiting for it.';
  session.emit({ type: 'warning', host, text });
  for (const id of works) await finish(session, host, id);
  return true;
};

async function finish(session: Session, host: string, id: string): Promise<void> {
  const transport = session.transports.get(host);
  if (transport === undefined) {
    throw new HostwrightError('INTERNAL', { problem: 'There is no connection to the host.', host });
  }
  const fragment = { text: followWork(id), commands: [], timeoutMs: waitMsMax };
  try {
    await runBatch(transport, [fragment], { signal: session.signal });
  } catch (thrown) {
    const error = asHostwrightError(thrown);
    if (error.code !== 'TRANSPORT_CONNECTION_LOST') throw error;
    await session.reconnect(host, error);
    await finish(session, host, id);
  }
}
