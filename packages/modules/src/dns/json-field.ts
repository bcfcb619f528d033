import { HostwrightError } from '@hostwright/core';

/** A value of an answer whose form is not yet known. */
export type Json = Readonly<Record<string, unknown>>;

/** Errors: DNS_REPLY_MALFORMED, naming what was looked for. */
export function objectOf(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw malformedField(what);
}

export function listOf(value: unknown, what: string): readonly Json[] {
  if (!Array.isArray(value)) throw malformedField(what);
  return value.map((item) => objectOf(item, what));
}

export function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw malformedField(what);
}

export function numberOf(value: unknown, what: string): number {
  if (typeof value === 'number') return value;
  throw malformedField(what);
}

function malformedField(what: string): HostwrightError {
  return new HostwrightError('DNS_REPLY_MALFORMED', {
    problem: `The answer of the API lacks ${what}.`,
  });
}
