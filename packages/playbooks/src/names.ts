import { isIP } from 'node:net';

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const domainPattern = new RegExp(`^(${label}\\.)+${label}$`);
/** Length of a name in text form without its final dot (RFC 1035 §2.3.4). */
const domainLengthMax = 253;

/** A domain of at least two labels, in lower case and ASCII (A-labels for others), without a final dot. */
export function isDomain(text: unknown): text is string {
  return typeof text === 'string' && text.length <= domainLengthMax && domainPattern.test(text);
}

/**
 * A mail address in lower case. Of the characters that RFC 5321 allows before the @, only those are taken that mean
 * nothing in a path or a table of Postfix or Dovecot: letters, digits, dot, hyphen, underscore, and + before a tag.
 */
export function isMailAddress(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const [local = '', domain, ...rest] = text.split('@');
  return rest.length === 0 && localPart.test(local) && isDomain(domain);
}

/** At most 64 characters (RFC 5321 §4.5.3.1.1). */
const localPart = /^(?=.{1,64}$)[a-z0-9_][a-z0-9_+-]*(\.[a-z0-9_+-]+)*$/;

export function isAddress(text: unknown): text is string {
  return typeof text === 'string' && isIP(text) !== 0;
}

/** `anna@example.com` lies in `example.com`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
