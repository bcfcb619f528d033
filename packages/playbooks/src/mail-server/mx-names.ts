import type { MailServer } from './settings.ts';

/** The servers that take mail, the first one first. */
export function mxNames({ hostname, secondMx }: MailServer): readonly string[] {
  return [hostname, ...(secondMx === undefined ? [] : [secondMx.hostname])];
}
