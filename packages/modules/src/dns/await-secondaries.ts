import { HostwrightError } from '@hostwright/core';
import { type Deadline, pause } from './deadline.ts';
import { formatKey, isSameContent, type RecordSetChange } from './dns-provider.ts';
import { type DnsSession, openSession, type SessionSettings } from './dns-session.ts';
import { findZone } from './find-zone.ts';
import { formatContent } from './plan-update.ts';
import { shownAt } from './read-records.ts';

/** NOTIFY and transfer take about a second; a server that polls takes its refresh time. */
const askAgainMs = 1_000;

/**
 * Waits until every server answers with what was written, each asked directly, no resolver between. Returns the error
 * of each change that some server does not serve by the deadline.
 * Errors: INTERRUPTED.
 */
export async function awaitSecondaries(
  servers: readonly SessionSettings[],
  changes: readonly RecordSetChange[],
  deadline: Deadline,
): Promise<ReadonlyMap<RecordSetChange, HostwrightError>> {
  const waits = servers.map((server) => awaitServer(server, changes, deadline));
  const reports = await Promise.all(waits);
  const errors = new Map<RecordSetChange, HostwrightError>();
  for (const change of changes) {
    const found = reports.flatMap((report) => report.get(change) ?? []);
    if (found.length > 0) errors.set(change, notPropagated(change, found));
  }
  return errors;
}

/** For each change that the server does not serve: what it said last. */
async function awaitServer(
  server: SessionSettings,
  changes: readonly RecordSetChange[],
  deadline: Deadline,
): Promise<ReadonlyMap<RecordSetChange, string>> {
  const session = openSession(server, deadline);
  const lagging = new Map(changes.map((change) => [change, `${server.label} does not answer`]));
  try {
    for (;;) {
      session.renew();
      const asked = [...lagging.keys()];
      const answers = await Promise.all(asked.map((change) => ask(session, change)));
      asked.forEach((change, index) => {
        const answer = answers[index];
        if (answer === undefined) lagging.delete(change);
        else lagging.set(change, `${server.label} ${answer}`);
      });
      if (lagging.size === 0) return lagging;
      await pause(askAgainMs, deadline, `while waiting for ${server.label}`);
    }
  } catch (error) {
    if (error instanceof HostwrightError && error.code === 'DNS_TIMEOUT') return lagging;
    throw error;
  } finally {
    session.close();
  }
}

/** Undefined when the server serves what is desired, else what it says instead. */
async function ask(
  session: DnsSession,
  { key, observed, desired }: RecordSetChange,
): Promise<string | undefined> {
  try {
    const zone = key.zone ?? (await findZone(session, key.name));
    const reply = await session.query(key.name, key.type);
    const { content } = shownAt(reply, key.name, key.type, zone);
    // Where a wildcard stands above, what was removed is answered from that.
    const isServed =
      desired === 'absent' ? !isSameContent(content, observed) : isSameContent(content, desired);
    return isServed ? undefined : `says ${formatContent(content)}`;
  } catch (error) {
    if (!(error instanceof HostwrightError) || error.code === 'INTERRUPTED') throw error;
    if (error.code === 'DNS_TIMEOUT') throw error;
    return `fails: ${error.problem}`;
  }
}

function notPropagated({ key }: RecordSetChange, found: readonly string[]): HostwrightError {
  return new HostwrightError('DNS_NOT_PROPAGATED', {
    problem: `${formatKey(key)} is written, but not served everywhere: ${found.join('; ')}.`,
  });
}
