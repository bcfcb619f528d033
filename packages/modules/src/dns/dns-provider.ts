import type { HostwrightError, Reading } from '@hostwright/core';
import { canonicalName, formatName, ownerName } from './domain-name.ts';
import { invalidField } from './invalid-field.ts';
import { canonicalValues, checkRecordType, checkTtl, type RecordType } from './record-value.ts';

/** Names one record set. All names canonical: lower case, A-labels, final dot. */
export interface RecordKey {
  /** Left out: the provider finds the zone that holds the name. */
  readonly zone?: string;
  readonly name: string;
  readonly type: RecordType;
}

/** What a record set holds: at least one value. An empty set does not exist. */
export interface RecordContent {
  /** In seconds, one for the whole set (RFC 2181 §5.2). */
  readonly ttl: number;
  /** Canonical presentation form, sorted, each once. */
  readonly values: readonly string[];
}

/** A record set that exists, with the zone that holds it. */
export interface RecordSet extends RecordContent {
  readonly zone: string;
  readonly name: string;
  readonly type: RecordType;
}

/** From what was observed to what is desired. The provider refuses when the first no longer holds. */
export interface RecordSetChange {
  readonly key: RecordKey;
  readonly observed: RecordContent | 'absent';
  readonly desired: RecordContent | 'absent';
}

/**
 * A place that keeps DNS records. It touches the record sets it is named and no other, ever.
 * Both functions take many at once and answer in the order they were asked.
 */
export interface DnsProvider {
  /** For messages, such as `DNS server 192.0.2.53 port 53`. Holds no secret. */
  readonly label: string;
  /**
   * One reading for each key: present, absent, or unreadable with the error. What cannot be read is never absent.
   * Errors: INTERRUPTED when the signal fires.
   */
  read(keys: readonly RecordKey[], signal?: AbortSignal): Promise<readonly Reading<RecordSet>[]>;
  /**
   * One result for each change: undefined when the record set was read again and is what was desired, else the error.
   * Errors: INTERRUPTED when the signal fires; what was sent may have taken place.
   */
  write(
    changes: readonly RecordSetChange[],
    signal?: AbortSignal,
  ): Promise<readonly (HostwrightError | undefined)[]>;
}

/** A record set as people write it. */
export interface RecordKeyInput {
  readonly zone?: string | undefined;
  /** Relative to the zone, `@` for the zone itself, or full. */
  readonly name: string;
  readonly type: string;
}

/**
 * The key in canonical form.
 * Errors: DNS_RECORD_INVALID.
 * @example recordKey({ zone: 'example.com', name: 'mail', type: 'A' }).name // 'mail.example.com.'
 */
export function recordKey(input: RecordKeyInput): RecordKey {
  const type = checkRecordType(input.type);
  if (input.zone === undefined) {
    return Object.freeze({ name: ownerName(input.name, undefined), type });
  }
  const zone = canonicalName(input.zone, 'zone');
  return Object.freeze({ zone, name: ownerName(input.name, zone), type });
}

/**
 * Content in canonical form.
 * Errors: DNS_RECORD_INVALID.
 */
export function recordContent(
  type: RecordType,
  input: { readonly ttl: number; readonly values: readonly string[] },
): RecordContent {
  if (input.values.length === 0) throw invalidField('values', [], 'at least one value');
  return Object.freeze({
    ttl: checkTtl(input.ttl),
    values: canonicalValues(type, input.values),
  });
}

/** True when both are absent, or hold the same values and TTL. Both canonical. */
export function isSameContent(
  left: RecordContent | 'absent',
  right: RecordContent | 'absent',
): boolean {
  if (left === 'absent' || right === 'absent') return left === right;
  return (
    left.ttl === right.ttl &&
    left.values.length === right.values.length &&
    left.values.every((value, index) => value === right.values[index])
  );
}

/** For messages: `mail.example.com MX`. */
export function formatKey(key: Pick<RecordKey, 'name' | 'type'>): string {
  return `${formatName(key.name)} ${key.type}`;
}
