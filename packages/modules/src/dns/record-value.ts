import { isIPv4, isIPv6 } from 'node:net';
import {
  characterStringBytesMax,
  formatCharacterStrings,
  parseCharacterStrings,
  quoteBytes,
} from './character-string.ts';
import { targetName } from './domain-name.ts';
import { invalidField } from './invalid-field.ts';

/** Types whose values are understood; others are refused rather than passed on unread. */
export const recordTypes = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'MX',
  'NS',
  'PTR',
  'SRV',
  'TLSA',
  'TXT',
] as const;

export type RecordType = (typeof recordTypes)[number];

/** RFC 2181 §8. In seconds. */
const ttlSecondsMax = 2 ** 31 - 1;

/** Record data has a 16-bit length. */
const recordDataBytesMax = 65_535;

/** Bytes of a TLSA association by matching type: the whole thing, SHA-256, SHA-512 (RFC 6698 §2.1.3). */
const digestBytes: Readonly<Record<string, number | undefined>> = { '1': 32, '2': 64 };

const canonicalByType: Readonly<Record<RecordType, (text: string) => string>> = {
  A: ipv4,
  AAAA: ipv6,
  CAA: caa,
  CNAME: (text) => targetName(text, 'CNAME target'),
  MX: mx,
  NS: (text) => targetName(text, 'NS target'),
  PTR: (text) => targetName(text, 'PTR target'),
  SRV: srv,
  TLSA: tlsa,
  TXT: txt,
};

/**
 * One value in the one presentation form that is compared, shown and sent, so that equal values are equal text:
 * names in lower case with a final dot, TXT joined and split anew at 255 bytes, numbers and blanks normalised.
 * Errors: DNS_RECORD_INVALID, naming the field and what it must be.
 *
 * @example canonicalValue('MX', '010  Mail.Example.COM') // '10 mail.example.com.'
 */
export function canonicalValue(type: RecordType, text: string): string {
  return canonicalByType[type](type === 'TXT' ? text : text.trim());
}

/** All values of a record set: canonical, sorted, each once, because a set has no order and no repeats. */
export function canonicalValues(type: RecordType, values: readonly string[]): readonly string[] {
  const unique = new Set(values.map((value) => canonicalValue(type, value)));
  return Object.freeze([...unique].sort());
}

/** True when both stand for the same records, whatever their order, letter case, quoting or split. */
export function hasSameValues(
  type: RecordType,
  left: readonly string[],
  right: readonly string[],
): boolean {
  const ours = canonicalValues(type, left);
  const theirs = canonicalValues(type, right);
  return ours.length === theirs.length && ours.every((value, index) => value === theirs[index]);
}

/** Seconds that resolvers may keep a record, 0 to 2147483647. */
export function checkTtl(ttl: number): number {
  if (Number.isInteger(ttl) && ttl >= 0 && ttl <= ttlSecondsMax) return ttl;
  throw invalidField('ttl', ttl, `whole seconds from 0 to ${ttlSecondsMax}`);
}

/** A type in upper case, when it is one that is understood. */
export function checkRecordType(type: string): RecordType {
  const known = recordTypes.find((candidate) => candidate === type.toUpperCase());
  if (known !== undefined) return known;
  throw invalidField('type', type, `one of ${recordTypes.join(', ')}`);
}

function ipv4(text: string): string {
  if (isIPv4(text)) return text;
  throw invalidField('A value', text, 'an IPv4 address such as 192.0.2.10');
}

/** The URL parser writes RFC 5952 form, which no other function of Node does. */
function ipv6(text: string): string {
  if (isIPv6(text) && !text.includes('%'))
    return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  throw invalidField('AAAA value', text, 'an IPv6 address such as 2001:db8::10');
}

function mx(text: string): string {
  const [preference = '', exchange = ''] = words(text, 2, 'MX value', '10 mail.example.com.');
  return `${uint(preference, 16, 'MX preference')} ${targetName(exchange, 'MX target')}`;
}

function srv(text: string): string {
  const example = '0 5 5060 sip.example.com.';
  const [priority = '', weight = '', port = '', target = ''] = words(text, 4, 'SRV value', example);
  return [
    uint(priority, 16, 'SRV priority'),
    uint(weight, 16, 'SRV weight'),
    uint(port, 16, 'SRV port'),
    targetName(target, 'SRV target'),
  ].join(' ');
}

function caa(text: string): string {
  const [, flags = '', tag = '', value = ''] = /^(\S+)\s+(\S+)\s+(\S.*)$/s.exec(text) ?? [];
  if (value === '') {
    throw invalidField('CAA value', text, 'flags, tag and value such as 0 issue "letsencrypt.org"');
  }
  if (!/^[a-z0-9]{1,255}$/i.test(tag)) throw invalidField('CAA tag', tag, 'letters and digits');
  const bytes = parseCharacterStrings(value, 'CAA value');
  if (bytes.some((byte) => byte < 0x20 || byte > 0x7e)) {
    throw invalidField('CAA value', value, 'printable ASCII only');
  }
  return `${uint(flags, 8, 'CAA flags')} ${tag.toLowerCase()} ${quoteBytes(bytes)}`;
}

function tlsa(text: string): string {
  const [usage = '', selector = '', matching = '', ...hexParts] = text.split(/\s+/);
  const numbers = [
    uint(usage, 8, 'TLSA usage'),
    uint(selector, 8, 'TLSA selector'),
    uint(matching, 8, 'TLSA matching type'),
  ];
  const hex = hexParts.join('').toLowerCase();
  if (!/^(?:[0-9a-f]{2})+$/.test(hex)) {
    throw invalidField('TLSA data', hex, 'an even number of hexadecimal digits');
  }
  const bytes = digestBytes[numbers[2] ?? ''];
  if (bytes !== undefined && hex.length !== 2 * bytes) {
    throw invalidField('TLSA data', hex, `${2 * bytes} hexadecimal digits for this matching type`);
  }
  return `${numbers.join(' ')} ${hex}`;
}

function txt(text: string): string {
  const bytes = parseCharacterStrings(text, 'TXT value');
  const lengthBytes = Math.ceil(bytes.length / characterStringBytesMax);
  if (bytes.length + lengthBytes > recordDataBytesMax) {
    throw invalidField('TXT value', text, `less than 64 KiB; it has ${bytes.length} bytes`);
  }
  return formatCharacterStrings(bytes);
}

function words(text: string, count: number, field: string, example: string): readonly string[] {
  const parts = text.split(/\s+/);
  if (parts.length === count) return parts;
  throw invalidField(field, text, `${count} words such as ${example}`);
}

function uint(text: string, bits: 8 | 16, field: string): string {
  const max = 2 ** bits - 1;
  if (/^\d{1,10}$/.test(text) && Number(text) <= max) return String(Number(text));
  throw invalidField(field, text, `a whole number from 0 to ${max}`);
}
