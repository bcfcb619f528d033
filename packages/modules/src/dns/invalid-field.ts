import { HostwrightError } from '@hostwright/core';

/** Enough of a value to find it again in a playbook. */
const shownLengthMax = 80;

/** A field whose value is not what it must be. The sentence names the field, the value and what is expected. */
export function invalidField(field: string, value: unknown, expected: string): HostwrightError {
  const text = JSON.stringify(value) ?? String(value);
  const shown = text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text;
  return new HostwrightError('DNS_RECORD_INVALID', {
    problem: `The ${field} is ${shown}, expected ${expected}.`,
  });
}
