import { invalidField } from './invalid-field.ts';

/** One character-string carries its length in a byte (RFC 1035 §3.3). */
export const characterStringBytesMax = 255;

/**
 * The bytes that a text value stands for, all its strings joined.
 * A value that begins with a quote is in presentation form: quoted strings side by side, with `\"`, `\\` and `\DDD`.
 * Any other value is taken as it is, semicolons and backslashes included, as UTF-8.
 * Errors: DNS_RECORD_INVALID, naming `field`.
 */
export function parseCharacterStrings(text: string, field: string): Buffer {
  if (text.trimStart().startsWith('"')) return parseQuoted(text.trim(), field);
  const control = [...text].find((character) => isControl(character));
  if (control === undefined) return Buffer.from(text, 'utf8');
  throw invalidField(field, text, 'no line break or control character; quote it and write \\DDD');
}

/** Presentation form: quoted strings of at most 255 bytes, split by bytes, so that equal content is equal text. */
export function formatCharacterStrings(bytes: Buffer): string {
  return splitCharacterStrings(bytes).map(quoteBytes).join(' ');
}

/** The strings that go into a message, at least one. */
export function splitCharacterStrings(bytes: Buffer): readonly Buffer[] {
  const strings: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += characterStringBytesMax) {
    strings.push(bytes.subarray(start, start + characterStringBytesMax));
  }
  return strings.length === 0 ? [Buffer.alloc(0)] : strings;
}

/** One quoted string, whatever its length. */
export function quoteBytes(bytes: Buffer): string {
  let text = '';
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${String(byte).padStart(3, '0')}`;
  }
  return `"${text}"`;
}

function parseQuoted(text: string, field: string): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] !== '"') throw invalidField(field, text, 'only quoted strings side by side');
    at += 1;
    while (text[at] !== '"') {
      const part = nextPart(text, at, field);
      parts.push(part.bytes);
      at = part.end;
    }
    at += 1;
    while (/\s/.test(text[at] ?? '')) at += 1;
  }
  return Buffer.concat(parts);
}

/** A run of plain characters or one escape. */
function nextPart(text: string, at: number, field: string): { bytes: Buffer; end: number } {
  if (at >= text.length) throw invalidField(field, text, 'a closing quote');
  if (text[at] !== '\\') {
    const end = at + text.slice(at).search(/["\\]|$/);
    return { bytes: Buffer.from(text.slice(at, end), 'utf8'), end };
  }
  const digits = /^\d{3}/.exec(text.slice(at + 1))?.[0];
  if (digits !== undefined) {
    if (Number(digits) > 255) throw invalidField(field, text, 'escapes \\000 to \\255');
    return { bytes: Buffer.from([Number(digits)]), end: at + 4 };
  }
  const escaped = String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
  if (at + 1 >= text.length || /\d/.test(escaped)) {
    throw invalidField(field, text, 'a character or three digits after each backslash');
  }
  return { bytes: Buffer.from(escaped, 'utf8'), end: at + 1 + escaped.length };
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || code === 0x7f;
}
