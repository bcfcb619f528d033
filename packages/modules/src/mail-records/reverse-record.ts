import { isIPv4, isIPv6 } from 'node:net';
import { targetName } from '../dns/domain-name.ts';
import { invalidField } from '../dns/invalid-field.ts';
import type { MailRecord } from './mail-record.ts';

/**
 * The PTR record of an address. Many receivers refuse mail from an address whose PTR is missing, or is not the name that
 * the server greets with. Whoever gave you the address keeps the zone: write it there, or ask them to.
 *
 * Errors: DNS_RECORD_INVALID.
 * Source: RFC 1035 §3.5, RFC 3596 §2.5, RFC 1912 §2.1.
 * @example reverseRecord('192.0.2.10', 'mail.example.com').name // '10.2.0.192.in-addr.arpa.'
 */
export function reverseRecord(address: string, hostname: string): MailRecord {
  const target = targetName(`${hostname.replace(/\.$/, '')}.`, 'hostname');
  return Object.freeze({ name: reverseName(address), type: 'PTR', values: [target] });
}

function reverseName(address: string): string {
  if (isIPv4(address)) return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
  if (!isIPv6(address) || address.includes('%')) {
    throw invalidField('address', address, 'an IPv4 or IPv6 address');
  }
  const digits = hexDigits(new URL(`http://[${address}]/`).hostname.slice(1, -1));
  return `${[...digits].reverse().join('.')}.ip6.arpa.`;
}

/** All 32 of them. The URL parser wrote RFC 5952 form: no IPv4 part, at most one `::`. */
function hexDigits(address: string): string {
  const [before = '', after] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [head, tail] = [groups(before), groups(after ?? '')];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join('');
}
