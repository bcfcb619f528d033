import { HostwrightError } from '@hostwright/core';
import {
  formatKey,
  isSameContent,
  type RecordContent,
  type RecordSetChange,
} from './dns-provider.ts';
import { formatName } from './domain-name.ts';
import { invalidField } from './invalid-field.ts';
import { encodeData } from './record-data.ts';
import type { StoredSet } from './record-store.ts';
import { encodeUpdate, type Prerequisite, type Update, type UpdateStep } from './update-message.ts';

/** One change with what the server holds now. */
export interface PendingChange {
  /** Its place in the list that the caller gave. */
  readonly index: number;
  readonly change: RecordSetChange;
  readonly stored: StoredSet;
}

/** A message carries 65535 bytes; the rest is left to header, zone and TSIG. */
const setBytesMax = 60_000;

/** Owner name, type, class, TTL and RDLENGTH of one record at most. */
const recordFrameBytesMax = 265;

/**
 * Why a change cannot be sent, or undefined. Servers ignore most of these in silence, with NOERROR (RFC 2136 §3.4.2).
 * `pending` is everything that is about to be written.
 */
export function refusal(
  { change, stored }: PendingChange,
  pending: readonly PendingChange[],
): HostwrightError | undefined {
  const { key, observed, desired } = change;
  if (!isSameContent(stored.content, observed)) return changedMeanwhile(change, stored.content);
  const isApex = key.name === stored.zone;
  if (isApex && key.type === 'CNAME' && desired !== 'absent') {
    return cnameConflict(`${formatName(key.name)} is the zone itself, where SOA and NS stand`);
  }
  if (isApex && key.type === 'NS' && desired === 'absent') {
    return new HostwrightError('DNS_RECORD_INVALID', {
      problem: `${formatKey(key)} is the name server set of the zone, which cannot be removed.`,
    });
  }
  const bytes = encodeUpdate(0, planUpdate(stored.zone, [{ index: 0, change, stored }])).length;
  if (bytes > setBytesMax) {
    return invalidField(`size of ${formatKey(key)}`, bytes, `at most ${setBytesMax} bytes`);
  }
  const isAliasRemoved = pending.some(
    (other) => other.change.key.name === key.name && isRemovedAlias(other.change),
  );
  if (desired === 'absent' || stored.alias === undefined || isAliasRemoved) return undefined;
  return cnameConflict(`${formatName(key.name)} is a CNAME to ${formatName(stored.alias)}`);
}

function isRemovedAlias({ key, desired }: RecordSetChange): boolean {
  return key.type === 'CNAME' && desired === 'absent';
}

export function cnameConflict(problem: string): HostwrightError {
  return new HostwrightError('DNS_CNAME_CONFLICT', { problem: `${problem}.` });
}

export function changedMeanwhile(
  { key, observed }: RecordSetChange,
  now: RecordContent | 'absent',
): HostwrightError {
  return new HostwrightError('DNS_CHANGED_MEANWHILE', {
    problem: `${formatKey(key)} was ${formatContent(observed)} when planned, and is ${formatContent(now)} now.`,
  });
}

/** For messages: `300 192.0.2.1, 192.0.2.2` or `absent`. */
export function formatContent(content: RecordContent | 'absent'): string {
  return content === 'absent' ? content : `${content.ttl} ${content.values.join(', ')}`;
}

/**
 * Pending changes in groups that each fit one update of one zone. Changes of one name stay together, because a
 * CNAME can only give way to other records within one message.
 */
export function groupChanges(
  pending: readonly PendingChange[],
  bytesMax: number,
): readonly (readonly PendingChange[])[] {
  const groups: PendingChange[][] = [];
  const zones = Map.groupBy(pending, ({ stored }) => stored.zone);
  for (const changes of zones.values()) {
    let group: PendingChange[] = [];
    let bytes = 0;
    for (const together of changesByName(changes.toSorted(byAddress))) {
      const added = together.reduce((sum, item) => sum + sizeBytes(item), 0);
      if (group.length > 0 && bytes + added > bytesMax) {
        groups.push(group);
        group = [];
        bytes = 0;
      }
      group.push(...together);
      bytes += added;
    }
    groups.push(group);
  }
  return groups;
}

/**
 * New addresses first, removed ones last, since BIND refuses an MX or NS whose target in the zone has no address; the
 * order matters where one message does not hold all.
 */
function byAddress(left: PendingChange, right: PendingChange): number {
  return addressRank(left.change) - addressRank(right.change);
}

function addressRank({ key, desired }: RecordSetChange): number {
  if (key.type !== 'A' && key.type !== 'AAAA') return 0;
  return desired === 'absent' ? 1 : -1;
}

/** Two halves of a group, or undefined when it is about one name. */
export function splitGroup(
  group: readonly PendingChange[],
): readonly [readonly PendingChange[], readonly PendingChange[]] | undefined {
  const names = changesByName(group);
  if (names.length < 2) return undefined;
  const middle = names.length >> 1;
  return [names.slice(0, middle).flat(), names.slice(middle).flat()];
}

function changesByName(changes: readonly PendingChange[]): readonly (readonly PendingChange[])[] {
  return [...Map.groupBy(changes, ({ change }) => change.key.name).values()];
}

function sizeBytes({ change: { desired }, stored }: PendingChange): number {
  const values = desired === 'absent' ? [] : desired.values;
  const data = stored.data.reduce((sum, { length }) => sum + length, 0);
  const text = values.reduce((sum, value) => sum + value.length, 0);
  return 2 * data + text + recordFrameBytesMax * (2 * stored.data.length + values.length + 3);
}

/**
 * One atomic message: what was observed must still stand, removals come before additions.
 * The name servers of the zone itself are added first and then removed one by one, since servers ignore the removal
 * of that whole set (RFC 2136 §3.4.2.3).
 */
export function planUpdate(zone: string, group: readonly PendingChange[]): Update {
  const removals: UpdateStep[] = [];
  const additions: UpdateStep[] = [];
  const afterAdditions: UpdateStep[] = [];
  for (const { change, stored } of group) {
    const { name, type } = change.key;
    const values = change.desired === 'absent' ? [] : change.desired.values;
    const ttl = change.desired === 'absent' ? 0 : change.desired.ttl;
    for (const value of values) additions.push({ kind: 'add', name, type, ttl, value });
    if (stored.content === 'absent') continue;
    if (type === 'NS' && name === zone) afterAdditions.push(...obsoleteRecords(change, stored));
    else removals.push({ kind: 'delete-set', name, type });
  }
  return {
    zone,
    prerequisites: group.flatMap((item) => prerequisites(item, group)),
    steps: [...removals, ...additions, ...afterAdditions],
  };
}

function prerequisites(
  { change: { key, desired }, stored }: PendingChange,
  group: readonly PendingChange[],
): readonly Prerequisite[] {
  const { name, type } = key;
  if (stored.content !== 'absent') return [{ kind: 'holds', name, type, data: stored.data }];
  const isAloneHere = group.filter((item) => item.change.key.name === name).length === 1;
  const isNewAlias = type === 'CNAME' && desired !== 'absent';
  // A CNAME beside other records would be ignored with NOERROR; this makes the server say YXDOMAIN.
  if (isNewAlias && isAloneHere) return [{ kind: 'name-unused', name }];
  return [{ kind: 'absent', name, type }];
}

function obsoleteRecords({ key, desired }: RecordSetChange, stored: StoredSet): UpdateStep[] {
  const { name, type } = key;
  const kept = new Set(
    desired === 'absent'
      ? []
      : desired.values.map((value) => encodeData(type, value).toString('hex')),
  );
  return stored.data
    .filter((data) => !kept.has(canonicalData(data)))
    .map((data) => ({ kind: 'delete-record', name, type, data }));
}

/** Name data in lower case, to compare with what is desired. Length bytes are below 64, so letters are only letters. */
function canonicalData(data: Buffer): string {
  return Buffer.from(data.toString('latin1').toLowerCase(), 'latin1').toString('hex');
}
