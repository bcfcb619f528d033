import { HostwrightError } from '@hostwright/core';
import { pause } from './deadline.ts';
import { formatKey, isSameContent, type RecordSetChange } from './dns-provider.ts';
import { formatName } from './domain-name.ts';
import {
  changedMeanwhile,
  cnameConflict,
  formatContent,
  groupChanges,
  type PendingChange,
  refusal,
  splitGroup,
} from './plan-update.ts';
import type { RecordStore, StoredSet } from './record-store.ts';

type Result = HostwrightError | undefined;

/** Waits before each further look at what was written: servers may answer from a cache for a moment. */
const lookAgainMs = [0, 150, 500];

/** The store may have done it all the same. */
const doubtfulCodes: readonly string[] = ['DNS_CONNECTION_LOST', 'DNS_API_FAILED'];

/**
 * Reads, compares with what was observed, sends one update per zone, reads again.
 * An update takes place as a whole or not at all, so one that the store turns down is sent again in halves: a record
 * that is not allowed does not hold up the others. Changes of one name stay in one message.
 * One result for each change, in their order; undefined means that it was read again and is as desired.
 * Errors: INTERRUPTED.
 */
export async function writeRecords(
  store: RecordStore,
  changes: readonly RecordSetChange[],
): Promise<readonly Result[]> {
  const stored = await store.read(changes.map(({ key }) => key));
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
  for (const group of groupChanges(pending, store.updateBytesMax)) {
    const outcome = await writeGroup(store, group);
    group.forEach(({ index }, at) => {
      results[index] = outcome[at];
    });
  }
  return results;
}

async function writeGroup(
  store: RecordStore,
  group: readonly PendingChange[],
): Promise<readonly Result[]> {
  const zone = group[0]?.stored.zone ?? '.';
  try {
    const answer = await store.update(zone, group);
    if (answer.is === 'done') return await proveWritten(store, group);
    const halves = splitGroup(group);
    if (halves !== undefined) {
      return [...(await writeGroup(store, halves[0])), ...(await writeGroup(store, halves[1]))];
    }
    if (answer.is === 'conflict') return await explainConflict(store, group, answer.error);
    return group.map(() => answer.error);
  } catch (error) {
    if (!(error instanceof HostwrightError) || error.code === 'INTERRUPTED') throw error;
    if (doubtfulCodes.includes(error.code)) return await settleLost(store, group, error);
    return group.map(() => error);
  }
}

/** NOERROR is not believed: servers say it too for what RFC 2136 tells them to ignore. */
async function proveWritten(
  store: RecordStore,
  group: readonly PendingChange[],
): Promise<readonly Result[]> {
  let results: readonly Result[] = [];
  for (const milliseconds of lookAgainMs) {
    await pause(milliseconds, store.deadline, 'while looking at what was written');
    const found = await readAgain(store, group);
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
  store: RecordStore,
  group: readonly PendingChange[],
  error: HostwrightError | undefined,
): Promise<readonly Result[]> {
  const found = await readAgain(store, group);
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
    return isThere ? undefined : (results[at] ?? error ?? heldBack(change));
  });
}

function heldBack({ key }: RecordSetChange): HostwrightError {
  return new HostwrightError('DNS_CHANGED_MEANWHILE', {
    problem: `${formatKey(key)} was not written, because something else at its name changed meanwhile.`,
  });
}

/** The line broke after the update was sent: what the server holds decides, and the update is not sent again. */
async function settleLost(
  store: RecordStore,
  group: readonly PendingChange[],
  error: HostwrightError,
): Promise<readonly Result[]> {
  const found = await readAgain(store, group);
  return group.map(({ change }, at) => {
    const now = found[at];
    const isWritten =
      now !== undefined &&
      !(now instanceof HostwrightError) &&
      isSameContent(now.content, change.desired);
    return isWritten ? undefined : error;
  });
}

function readAgain(store: RecordStore, group: readonly PendingChange[]) {
  return store.read(group.map(({ change, stored }) => ({ ...change.key, zone: stored.zone })));
}
