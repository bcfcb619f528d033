import { HostwrightError } from '@hostwright/core';
import { pause } from './deadline.ts';
import { rcodes } from './dns-codes.ts';
import { formatKey, isSameContent, type RecordSetChange } from './dns-provider.ts';
import { type DnsSession, replyError } from './dns-session.ts';
import { formatName } from './domain-name.ts';
import {
  changedMeanwhile,
  cnameConflict,
  formatContent,
  groupChanges,
  type PendingChange,
  planUpdate,
  refusal,
  splitGroup,
} from './plan-update.ts';
import { readRecords, type StoredSet } from './read-records.ts';

type Result = HostwrightError | undefined;

/** Waits before each further look at what was written: servers may answer from a cache for a moment. */
const lookAgainMs = [0, 150, 500];

/** A prerequisite did not hold. */
const conflictCodes: readonly number[] = [
  rcodes.NXRRSET,
  rcodes.YXRRSET,
  rcodes.NXDOMAIN,
  rcodes.YXDOMAIN,
];

/** One record of many may be what the server turns down. */
const faultCodes: readonly number[] = [rcodes.REFUSED, rcodes.FORMERR, rcodes.NOTZONE];

/**
 * Reads, compares with what was observed, sends one UPDATE per zone with that as its prerequisite, reads again.
 * An UPDATE takes place as a whole or not at all, so one that the server turns down is sent again in halves: a record
 * that is not allowed does not hold up the others. Changes of one name stay in one message.
 * One result for each change, in their order; undefined means that it was read again and is as desired.
 * Errors: INTERRUPTED.
 */
export async function writeRecords(
  session: DnsSession,
  changes: readonly RecordSetChange[],
): Promise<readonly Result[]> {
  const stored = await readRecords(
    session,
    changes.map(({ key }) => key),
  );
  const results: Result[] = changes.map(() => undefined);
  let pending: PendingChange[] = [];
  changes.forEach((change, index) => {
    const found = stored[index];
    if (found instanceof HostwrightError) results[index] = found;
    else if (found !== undefined && !isSameContent(found.content, change.desired)) {
      pending.push({ index, change, stored: found });
    }
  });
  // What is refused no longer makes room for others, so this repeats until nothing more is refused.
  for (let refused = true; refused; ) {
    const errors = pending.map((item) => refusal(item, pending));
    pending.forEach((item, at) => {
      results[item.index] = errors[at];
    });
    pending = pending.filter((_, at) => errors[at] === undefined);
    refused = errors.some((error) => error !== undefined);
  }
  for (const group of groupChanges(pending)) {
    const outcome = await writeGroup(session, group);
    group.forEach(({ index }, at) => {
      results[index] = outcome[at];
    });
  }
  return results;
}

async function writeGroup(
  session: DnsSession,
  group: readonly PendingChange[],
): Promise<readonly Result[]> {
  const zone = group[0]?.stored.zone ?? '.';
  try {
    const reply = await session.update(planUpdate(zone, group));
    if (reply.rcode === rcodes.NOERROR) return await proveWritten(session, group);
    const halves = splitGroup(group);
    const isOneAtFault = conflictCodes.includes(reply.rcode) || faultCodes.includes(reply.rcode);
    if (isOneAtFault && halves !== undefined) {
      return [...(await writeGroup(session, halves[0])), ...(await writeGroup(session, halves[1]))];
    }
    if (conflictCodes.includes(reply.rcode)) return await explainConflict(session, group);
    const names = [...new Set(group.map(({ change }) => change.key.name))];
    const subject =
      names.length === 1
        ? `${formatName(names[0] ?? '.')} in ${formatName(zone)}`
        : formatName(zone);
    throw replyError(reply, `the update of ${subject}`);
  } catch (error) {
    if (!(error instanceof HostwrightError) || error.code === 'INTERRUPTED') throw error;
    if (error.code === 'DNS_CONNECTION_LOST') return await settleLost(session, group, error);
    return group.map(() => error);
  }
}

/** NOERROR is not believed: servers say it too for what RFC 2136 tells them to ignore. */
async function proveWritten(
  session: DnsSession,
  group: readonly PendingChange[],
): Promise<readonly Result[]> {
  let results: readonly Result[] = [];
  for (const milliseconds of lookAgainMs) {
    await pause(milliseconds, session.deadline, 'while looking at what was written');
    const found = await readAgain(session, group);
    results = group.map((item, at) => judge(item, found[at]));
    if (results.every((result) => result === undefined)) break;
  }
  return results;
}

function judge({ change }: PendingChange, found: StoredSet | HostwrightError | undefined): Result {
  if (found instanceof HostwrightError || found === undefined) return found;
  if (isSameContent(found.content, change.desired)) return undefined;
  const label = formatKey(change.key);
  if (found.alias !== undefined) {
    return cnameConflict(
      `${label} was ignored: ${formatName(change.key.name)} is a CNAME to ${formatName(found.alias)}`,
    );
  }
  return new HostwrightError('DNS_NOT_APPLIED', {
    problem:
      `${label} should be ${formatContent(change.desired)}, but is ${formatContent(found.content)}, ` +
      'though the DNS server reported success.',
  });
}

/** A prerequisite of one name failed, so nothing of it was written. Which one it was is seen by reading again. */
async function explainConflict(
  session: DnsSession,
  group: readonly PendingChange[],
): Promise<readonly Result[]> {
  const found = await readAgain(session, group);
  const results = group.map(({ change, stored }, at) => {
    const now = found[at];
    if (now === undefined || now instanceof HostwrightError) return now;
    if (now.alias !== undefined && now.alias !== stored.alias) {
      return cnameConflict(
        `${formatName(change.key.name)} became a CNAME to ${formatName(now.alias)} meanwhile`,
      );
    }
    if (!isSameContent(now.content, stored.content)) return changedMeanwhile(change, now.content);
    if (change.key.type === 'CNAME' && change.desired !== 'absent' && now.content === 'absent') {
      return cnameConflict(
        `${formatName(change.key.name)} holds other records, so it cannot become a CNAME`,
      );
    }
    return undefined;
  });
  return group.map(({ change }, at) => {
    const now = found[at];
    const isThere =
      now !== undefined &&
      !(now instanceof HostwrightError) &&
      isSameContent(now.content, change.desired);
    return isThere ? undefined : (results[at] ?? heldBack(change));
  });
}

function heldBack({ key }: RecordSetChange): HostwrightError {
  return new HostwrightError('DNS_CHANGED_MEANWHILE', {
    problem: `${formatKey(key)} was not written, because something else at its name changed meanwhile.`,
  });
}

/** The line broke after the update was sent: what the server holds decides, and the update is not sent again. */
async function settleLost(
  session: DnsSession,
  group: readonly PendingChange[],
  error: HostwrightError,
): Promise<readonly Result[]> {
  const found = await readAgain(session, group);
  return group.map(({ change }, at) => {
    const now = found[at];
    const isWritten =
      now !== undefined &&
      !(now instanceof HostwrightError) &&
      isSameContent(now.content, change.desired);
    return isWritten ? undefined : error;
  });
}

function readAgain(session: DnsSession, group: readonly PendingChange[]) {
  session.renew();
  const keys = group.map(({ change, stored }) => ({ ...change.key, zone: stored.zone }));
  return readRecords(session, keys);
}
