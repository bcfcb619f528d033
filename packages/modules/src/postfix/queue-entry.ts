import { HostwrightError } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** A message in the queue, as far as it is known. */
export interface QueueEntry {
  readonly id: string;
  /** active, incoming, deferred, hold or maildrop. */
  readonly queue: string;
  /** Seconds since 1970. */
  readonly arrived: number;
  readonly bytes: number;
  /** Empty for a bounce. */
  readonly sender: string;
  readonly recipients: readonly { readonly address: string; readonly reason: string }[];
}

const jsonEntry = Type.Object({
  queue_name: Type.String(),
  queue_id: Type.String({ pattern: '^[A-Za-z0-9]+$' }),
  arrival_time: Type.Number(),
  message_size: Type.Number(),
  sender: Type.String(),
  recipients: Type.Array(
    Type.Object({ address: Type.String(), delay_reason: Type.Optional(Type.String()) }),
  ),
});

/**
 * The lines of `postqueue -j`, one JSON object each.
 * Errors: ERRAND_FAILED for a line that is something else.
 */
export function parseQueue(text: string): readonly QueueEntry[] {
  return text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => {
      const found = jsonOf(row);
      if (Value.Check(jsonEntry, found)) return entryOf(found);
      throw new HostwrightError('ERRAND_FAILED', {
        problem: 'The queue printed something that is no message.',
        detail: row.slice(0, 500),
      });
    });
}

function jsonOf(row: string): unknown {
  try {
    return JSON.parse(row);
  } catch {
    return undefined;
  }
}

function entryOf(found: Static<typeof jsonEntry>): QueueEntry {
  return {
    id: found.queue_id,
    queue: found.queue_name,
    arrived: found.arrival_time,
    bytes: found.message_size,
    sender: found.sender,
    recipients: found.recipients.map(({ address, delay_reason: reason = '' }) => {
      return { address, reason };
    }),
  };
}
