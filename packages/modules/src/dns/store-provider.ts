import { absent, HostwrightError, present, unreadable } from '@hostwright/core';
import { awaitSecondaries } from './await-secondaries.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import type { DnsProvider, RecordSetChange } from './dns-provider.ts';
import type { SessionSettings } from './dns-session.ts';
import { invalidField } from './invalid-field.ts';
import type { RecordStore } from './record-store.ts';
import { writeRecords } from './write-records.ts';

/** What every provider can be told. */
export interface ProviderLimits {
  /** Limit for each read and each write as a whole, in milliseconds; 15000 when left out. */
  readonly timeoutMs?: number;
  /** Limit for the wait until name servers serve what was written, in milliseconds; 60000 when left out. */
  readonly propagationTimeoutMs?: number;
  /** Record sets that one write may remove, 20 when left out. A write that would remove more is refused as a whole. */
  readonly removalsMax?: number;
}

const timeoutMsDefault = 15_000;
const propagationTimeoutMsDefault = 60_000;
const removalsMaxDefault = 20;

/** A provider over a store, which is opened for each read and each write. Errors: DNS_RECORD_INVALID for the limits. */
export function storeProvider(
  label: string,
  open: (deadline: Deadline) => RecordStore,
  limits: ProviderLimits,
): DnsProvider {
  const { timeoutMs = timeoutMsDefault, removalsMax = removalsMaxDefault } = limits;
  const { propagationTimeoutMs = propagationTimeoutMsDefault } = limits;
  checkMilliseconds('timeoutMs', timeoutMs);
  checkMilliseconds('propagationTimeoutMs', propagationTimeoutMs);
  if (!Number.isInteger(removalsMax) || removalsMax < 0) {
    throw invalidField('removalsMax', removalsMax, 'a whole number of record sets');
  }
  return Object.freeze({
    label,
    async read(keys, signal) {
      if (keys.length === 0) return [];
      const store = open(startDeadline(timeoutMs, signal));
      try {
        const found = await store.read(keys);
        return keys.map(({ name, type }, index) => {
          const set = found[index];
          if (set instanceof HostwrightError) return unreadable(set);
          if (set === undefined || set.content === 'absent') return absent;
          return present(Object.freeze({ zone: set.zone, name, type, ...set.content }));
        });
      } finally {
        store.close();
      }
    },
    async write(changes, signal) {
      if (changes.length === 0) return [];
      const refusal = tooManyRemovals(label, changes, removalsMax);
      if (refusal !== undefined) return changes.map(() => refusal);
      const store = open(startDeadline(timeoutMs, signal));
      try {
        const results = await writeRecords(store, changes);
        const written = changes.filter((_, index) => results[index] === undefined);
        if (written.length === 0) return results;
        const lagging = await awaitServed(store, written, () =>
          startDeadline(propagationTimeoutMs, signal),
        );
        return changes.map((change, index) => results[index] ?? lagging.get(change));
      } finally {
        store.close();
      }
    },
  } satisfies DnsProvider);
}

/** Errors of the changes that are written, but not served by every name server in time. */
async function awaitServed(
  store: RecordStore,
  written: readonly RecordSetChange[],
  start: () => Deadline,
): Promise<ReadonlyMap<RecordSetChange, HostwrightError>> {
  const servers = new Map<RecordSetChange, readonly SessionSettings[]>();
  for (const change of written) servers.set(change, await store.serversFor(change));
  const deadline = start();
  const unsettled = await store.settle?.(deadline).then(
    () => undefined,
    (error: HostwrightError) => {
      if (error.code === 'INTERRUPTED') throw error;
      const problem = `It is written, but not everywhere yet: ${error.problem}`;
      return new HostwrightError('DNS_NOT_PROPAGATED', { problem });
    },
  );
  if (unsettled !== undefined) return new Map(written.map((change) => [change, unsettled]));
  const groups = [...Map.groupBy(written, (change) => servers.get(change) ?? [])];
  const reports = await Promise.all(
    groups.map(([asked, group]) => awaitSecondaries(asked, group, deadline)),
  );
  return new Map(reports.flatMap((report) => [...report]));
}

function tooManyRemovals(
  label: string,
  changes: readonly RecordSetChange[],
  removalsMax: number,
): HostwrightError | undefined {
  const removals = changes.filter(
    ({ observed, desired }) => observed !== 'absent' && desired === 'absent',
  ).length;
  if (removals <= removalsMax) return undefined;
  return new HostwrightError('DNS_TOO_MANY_REMOVALS', {
    problem: `${removals} record sets would be removed from ${label}, and ${removalsMax} are allowed.`,
  });
}

function checkMilliseconds(field: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw invalidField(field, value, 'milliseconds above 0');
}
