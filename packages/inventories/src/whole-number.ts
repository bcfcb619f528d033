import { HostwrightError } from '@hostwright/core';

/** Errors: INVENTORY_INVALID with `what` it is and the text that was found. */
export function wholeNumber(what: string, text: string): number {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  throw new HostwrightError('INVENTORY_INVALID', {
    problem: `${what} must be a whole number, found ${JSON.stringify(text)}.`,
  });
}
