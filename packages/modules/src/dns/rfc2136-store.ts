import type { HostwrightError } from '@hostwright/core';
import { rcodes } from './dns-codes.ts';
import { type DnsSession, replyError, type SessionSettings } from './dns-session.ts';
import { formatName } from './domain-name.ts';
import { type PendingChange, planUpdate } from './plan-update.ts';
import { readRecords } from './read-records.ts';
import type { RecordStore } from './record-store.ts';

/** A prerequisite did not hold. */
const conflictCodes: readonly number[] = [
  rcodes.NXRRSET,
  rcodes.YXRRSET,
  rcodes.NXDOMAIN,
  rcodes.YXDOMAIN,
];

/** One record of many may be what the server turns down. */
const faultCodes: readonly number[] = [rcodes.REFUSED, rcodes.FORMERR, rcodes.NOTZONE];

/** A message carries 65535 bytes; the rest is left to header, zone and TSIG. */
const updateBytesMax = 60_000;

/** A DNS server that takes updates, as a store. */
export function rfc2136Store(
  session: DnsSession,
  secondaries: readonly SessionSettings[],
): RecordStore {
  return {
    deadline: session.deadline,
    updateBytesMax,
    read(keys) {
      session.renew();
      return readRecords(session, keys);
    },
    async update(zone, group) {
      const reply = await session.update(planUpdate(zone, group));
      if (reply.rcode === rcodes.NOERROR) return { is: 'done' };
      if (conflictCodes.includes(reply.rcode)) return { is: 'conflict' };
      const error: HostwrightError = replyError(reply, `the update of ${subject(zone, group)}`);
      if (faultCodes.includes(reply.rcode)) return { is: 'refused', error };
      throw error;
    },
    serversFor: async () => secondaries,
    close: () => session.close(),
  };
}

function subject(zone: string, group: readonly PendingChange[]): string {
  const [name = '.', ...more] = new Set(group.map(({ change }) => change.key.name));
  return more.length > 0 ? formatName(zone) : `${formatName(name)} in ${formatName(zone)}`;
}
