import { HostwrightError } from '@hostwright/core';
import type { Deadline } from './deadline.ts';
import type { RecordContent } from './dns-provider.ts';
import type { PendingChange } from './plan-update.ts';
import { canonicalValues, recordTypes } from './record-value.ts';

/** A zone as an API names it. */
export interface ApiZone {
  readonly id: string;
  /** Host names of the servers that hold it. Left out: its NS records say. */
  readonly nameServers?: readonly string[];
}

/** One record set of a zone. */
export interface ApiSet {
  /** Lower case, with the final dot. */
  readonly name: string;
  readonly type: string;
  /** Undefined for a type that is not understood, which is never read into. */
  readonly content: RecordContent | undefined;
  /** Why this is more than plain records, such as an alias of the API's own: then it is neither read nor written. */
  readonly special?: string;
  /** What the API needs to remove the records: their ids, or their values as it writes them. */
  readonly handles: readonly string[];
}

/** What differs from one HTTP API to the next. Errors are HostwrightErrors with a code of DNS_API_*. */
export interface ZoneApi {
  /** For messages. */
  readonly label: string;
  /** Undefined: the API has no zone of exactly this name. The name has its final dot. */
  zone(name: string, deadline: Deadline): Promise<ApiZone | undefined>;
  /** Every record set of the zone. */
  sets(zone: ApiZone, name: string, deadline: Deadline): Promise<readonly ApiSet[]>;
  /** All changes or none. `sets` is what `sets` returned last. */
  change(
    zone: ApiZone,
    group: readonly PendingChange[],
    sets: readonly ApiSet[],
    deadline: Deadline,
  ): Promise<void>;
  /** Waits until the last change is on all of the API's own servers, where it can tell. */
  settle?(deadline: Deadline): Promise<void>;
}

/** The set that a change is about, as the API had it. */
export function setOf(sets: readonly ApiSet[], { change }: PendingChange): ApiSet | undefined {
  const { name, type } = change.key;
  return sets.find((set) => set.name === name && set.type === type);
}

/** Content of a set in canonical form. What is not understood spoils no other set, and is never written over. */
export function readContent(
  type: string,
  ttl: number,
  values: readonly string[],
): Pick<ApiSet, 'content' | 'special'> {
  const known = recordTypes.find((each) => each === type);
  if (known === undefined) return { content: undefined };
  try {
    return { content: { ttl, values: canonicalValues(known, values) } };
  } catch (error) {
    if (!(error instanceof HostwrightError)) throw error;
    return { content: undefined, special: 'holds a value that is not understood' };
  }
}
