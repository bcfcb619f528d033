import type { Declaration } from './declaration.ts';
import { HostwrightError } from './errors.ts';
import type { Host, SshSettings } from './host.ts';
import { reveal, Secret } from './secret.ts';

const hidden = '<secret>';

/** Shorter secrets occur in innocent text too often to be hidden by search; they never get into text in the first place. */
const secretLengthMin = 4;

/** The same for one line of a secret of many lines, such as a whole file, where short lines are common words. */
const secretLineLengthMin = 8;

/**
 * Replaces every form of the secrets that could appear in text: as they are, line by line for keys of many lines,
 * in JSON, URLs and shell words, in hexadecimal, and in base64, also in the middle of a longer one. The second net: values are kept out of text by their type first.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => formsOf(reveal(secret))));
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) =>
    // The end of a line is no secret: without it the next line would stand beside this one.
    ordered.reduce(
      (shown, form) => shown.replaceAll(form, form.endsWith('\n') ? `${hidden}\n` : hidden),
      text,
    );
}

function formsOf(value: string): readonly string[] {
  const lines = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= secretLineLengthMin);
  const forms = [value, value.trimEnd(), ...lines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    text.replaceAll("'", "'\\''"),
    text.replace(/[^\w@%+=:,./-]/g, '\\$&'),
    ...(text.isWellFormed() ? [encodeURIComponent(text)] : []),
  ]);
  return [...forms, ...encodings(Buffer.from(value))].filter(
    (form) => form.length >= secretLengthMin,
  );
}

/** Lengths at which base64(1) and openssl(1) break lines. */
const base64LineLengths = [76, 64];

/** What `base64`, `od` or an HTTP header would make of it, alone or in the middle of something longer. */
function encodings(bytes: Buffer): readonly string[] {
  // Three bytes make four digits, so where it begins among the three decides what it looks like.
  const embedded = [0, 1, 2].flatMap((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    return digits.slice(Math.ceil((before * 8) / 6), end);
  });
  const whole = bytes.toString('base64').replace(/=+$/, '');
  const wrapped = base64LineLengths.flatMap(
    (length) => whole.match(new RegExp(`.{1,${length}}`, 'g')) ?? [],
  );
  const digits = [whole, ...embedded, ...wrapped].filter(
    (form) => form === whole || form.length >= secretLineLengthMin,
  );
  const forWeb = digits.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [...digits, ...forWeb, bytes.toString('hex')];
}

/** The same for every string in a printable value. */
export function redactDeep<T>(value: T, redact: (text: string) => string): T {
  return redactPart(value, redact) as T;
}

function redactPart(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => redactPart(part, redact));
  const entries = Object.entries(value).map(([name, part]) => [
    redact(name),
    redactPart(part, redact),
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

/** An error and its causes without the secrets. One that holds none stays the same object. */
export function redactError(thrown: unknown, redact: (text: string) => string): unknown {
  if (typeof thrown === 'string') return redact(thrown);
  if (!(thrown instanceof Error)) return thrown;
  const cause = redactError(thrown.cause, redact);
  if (thrown instanceof HostwrightError) {
    const facts = redactDeep({ ...thrown.toJSON() }, redact);
    const isSame = JSON.stringify(facts) === JSON.stringify(thrown.toJSON());
    if (isSame && cause === thrown.cause && redact(thrown.stack ?? '') === thrown.stack)
      return thrown;
    return new HostwrightError(thrown.code, { ...facts, cause });
  }
  const message = redact(thrown.message);
  const stack = redact(thrown.stack ?? '');
  if (message === thrown.message && stack === thrown.stack && cause === thrown.cause) return thrown;
  return Object.assign(new Error(message, { cause }), { name: thrown.name, stack });
}

/** All secrets of a host's own settings. */
export function secretsOfHost(host: Host): readonly Secret[] {
  return [...secretsOfSsh(host.ssh), host.become?.password].filter((value) => value !== undefined);
}

/** All secrets of these declarations, wherever they stand in their specs. */
export function secretsOf(declarations: readonly Declaration[]): readonly Secret[] {
  return declarations.flatMap((declaration) => secretsIn(declaration.spec));
}

/** All secrets in plain data, however deep. */
export function secretsIn(value: unknown): readonly Secret[] {
  if (value instanceof Secret) return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.values(value).flatMap(secretsIn);
}

function secretsOfSsh(ssh: SshSettings): readonly (Secret | undefined)[] {
  const ofJump = ssh.jump?.ssh === undefined ? [] : secretsOfSsh(ssh.jump.ssh);
  return [ssh.password, ssh.passphrase, ...ofJump];
}
