import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { invalidField } from './invalid-field.ts';

/** Limits of RFC 1035 §2.3.4; 255 bytes in a message are 253 characters without the final dot. */
const labelLengthMax = 63;
const nameLengthMax = 253;

/** Letters, digits, hyphen, `_` of service names, `/` of RFC 2317 reverse zones. */
const label = /^[a-z0-9_/](?:[a-z0-9_/-]*[a-z0-9_/])?$/;

/** Dots that IDNA takes for a full stop (UTS 46 §2.3). */
const foreignDots = /[\u3002\uff0e\uff61]/g;

/**
 * A full name in the one form that is compared and sent: lower case, A-labels, final dot; the root is `.`.
 * Errors: DNS_RECORD_INVALID, naming `field`.
 */
export function canonicalName(text: string, field: string): string {
  if (text === '.') return text;
  const labels = text.replaceAll(foreignDots, '.').replace(/\.$/, '').split('.');
  const name = labels.map((part, index) => canonicalLabel(part, index, text, field)).join('.');
  if (name.length > nameLengthMax) {
    throw invalidField(field, text, `at most ${nameLengthMax} characters; it has ${name.length}`);
  }
  return `${name}.`;
}

/**
 * Name of a record set: `@` is the zone itself, a name with a final dot or one that already ends in the zone is full,
 * any other is taken relative to the zone. Without a zone every name is full.
 * Errors: DNS_RECORD_INVALID for a name that is not valid or not within the zone.
 */
export function ownerName(text: string, zone: string | undefined): string {
  if (zone === undefined) {
    if (text === '@') throw invalidField('name', text, 'a full name, because no zone is given');
    return canonicalName(text, 'name');
  }
  if (text === '@') return zone;
  const name = canonicalName(text, 'name');
  if (isWithin(name, zone)) return name;
  if (text.endsWith('.')) throw invalidField('name', text, `a name within the zone ${zone}`);
  return canonicalName(`${name}${zone === '.' ? '' : zone}`, 'name');
}

/** Name that a value points to. It is never completed by the zone, so one label alone is refused as a likely slip. */
export function targetName(text: string, field: string): string {
  if (text !== '.' && isIP(text.replace(/\.$/, '')) !== 0) {
    throw invalidField(field, text, 'a host name, not an address');
  }
  const name = canonicalName(text, field);
  if (!text.endsWith('.') && name.indexOf('.') === name.length - 1) {
    throw invalidField(field, text, 'a full name such as mail.example.com, or a final dot');
  }
  return name;
}

/** For messages: without the final dot, which a reader takes for the end of the sentence. */
export function formatName(name: string): string {
  return name === '.' ? name : name.replace(/\.$/, '');
}

/** True when `name` is the zone or lies below it. Both canonical. */
export function isWithin(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`);
}

/** The name without its first label; undefined for the root. */
export function parentName(name: string): string | undefined {
  if (name === '.') return undefined;
  const rest = name.slice(name.indexOf('.') + 1);
  return rest === '' ? '.' : rest;
}

function canonicalLabel(part: string, index: number, text: string, field: string): string {
  if (part === '') throw invalidField(field, text, 'no empty label (two dots in a row)');
  if (part === '*' && index === 0) return part;
  const ascii = hasOnlyAscii(part) ? part.toLowerCase() : toALabel(part, text, field);
  if (ascii.length > labelLengthMax) {
    throw invalidField(
      field,
      text,
      `labels of at most ${labelLengthMax} characters; "${ascii}" has ${ascii.length}`,
    );
  }
  if (label.test(ascii)) return ascii;
  throw invalidField(field, text, `letters, digits, - and _ in each label, not "${ascii}"`);
}

function hasOnlyAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}

/** The suffix keeps a label of foreign digits from being read as an IPv4 address. */
function toALabel(part: string, text: string, field: string): string {
  const suffix = '.x';
  const ascii = domainToASCII(part + suffix);
  const converted = ascii.endsWith(suffix) ? ascii.slice(0, -suffix.length) : '';
  if (converted !== '' && !converted.includes('.')) return converted;
  throw invalidField(field, text, `labels that IDNA can encode, not "${part}"`);
}
