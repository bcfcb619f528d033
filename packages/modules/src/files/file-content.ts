import { createHash } from 'node:crypto';
import { type FieldDiff, reveal, Secret } from '@hostwright/core';
import { Type } from 'typebox';

/** Characters. The text travels inside of a script, once per host. */
const contentMax = 1_048_576;

/** UTF-8 needs at most four bytes for each, so a longer file differs from any declared content without being read. */
export const contentBytesMax = 4 * contentMax;

/** Bytes up to which a file's old and new text are shown as a diff. */
export const shownBytesMax = 65_536;

/** Text that may be secret. The schema sees the text behind a secret. */
export function contentProperty(description: string) {
  const text = Type.String({ maxLength: contentMax, description });
  return Type.Unsafe<string | Secret>(text);
}

export interface DeclaredContent {
  readonly content?: string | Secret;
  readonly encoding?: 'utf8' | 'base64';
}

/** What a file on the host holds. Without `sha256` it was too large to be read, or nobody asked. */
export interface ObservedContent {
  readonly size: number;
  readonly sha256?: string;
  /** Its text, where it differs, is short, and neither it nor the desired one is secret. */
  readonly text?: string;
}

/** The bytes that are wanted; undefined when the content is not managed. */
export function desiredBytes({ content, encoding }: DeclaredContent): Buffer | undefined {
  if (content === undefined) return undefined;
  return Buffer.from(reveal(content), encoding === 'base64' ? 'base64' : 'utf8');
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What the schema cannot say about a content. No value is named, since it may be secret. */
export function contentProblems({ content, encoding }: DeclaredContent): readonly string[] {
  if (content === undefined) {
    return encoding === undefined ? [] : ['Property encoding is given without content.'];
  }
  const text = reveal(content);
  if (encoding === 'base64') {
    const isBase64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text);
    return isBase64 ? [] : ['Property content is not base64, as encoding says it is.'];
  }
  if (text.includes('\0')) {
    return ["Property content holds a NUL byte: pass binary content with encoding: 'base64'."];
  }
  return text.isWellFormed()
    ? []
    : ['Property content holds half of a surrogate pair, which UTF-8 cannot say.'];
}

/** The difference between what is wanted and what was found, or between it and nothing. */
export function contentDiff(
  spec: DeclaredContent,
  observed: ObservedContent | undefined,
): readonly FieldDiff[] {
  const bytes = desiredBytes(spec);
  if (bytes === undefined || observed?.sha256 === sha256Of(bytes)) return [];
  const field = 'content';
  if (spec.content instanceof Secret) {
    return [{ field, from: observed === undefined ? null : hidden, to: hidden, form: 'secret' }];
  }
  const from = observed === undefined ? '' : observed.text;
  const to = shownText(bytes);
  if (from !== undefined && to !== undefined) return [{ field, from, to, form: 'text' }];
  const { size, sha256 } = observed ?? { size: 0 };
  const old = observed === undefined ? null : digest(size, sha256);
  return [{ field, from: old, to: digest(bytes.length, sha256Of(bytes)) }];
}

const hidden = '<secret>';

/** The text of some bytes, if they are text and short enough to be shown. */
export function shownText(bytes: Buffer): string | undefined {
  if (bytes.length > shownBytesMax || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function digest(size: number, sha256: string | undefined): string {
  return sha256 === undefined ? `${size} bytes` : `sha256:${sha256} (${size} bytes)`;
}
