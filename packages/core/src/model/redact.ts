import type { Declaration } from './declaration.ts';
import type { Host, SshSettings } from './host.ts';
import { reveal, Secret } from './secret.ts';

const hidden = '<secret>';

/** Shorter secrets occur in innocent text too often to be hidden by search; they never get into text in the first place. */
const secretLengthMin = 4;

/** The same for one line of a secret of many lines, such as a whole file, where short lines are common words. */
const secretLineLengthMin = 8;

/**
 * Replaces every form of the secrets that could appear in text: as they are, in base64, URL-encoded, in JSON, and line
 * by line for keys of many lines. The second net: values are kept out of text by their type first.
 */
export function redactor(secrets: readonly Secret[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => formsOf(reveal(secret))));
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => ordered.reduce((shown, form) => shown.replaceAll(form, hidden), text);
}

function formsOf(value: string): readonly string[] {
  const lines = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= secretLineLengthMin);
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const quoted = value.replaceAll("'", "'\\''");
  const forms = [
    value,
    ...lines,
    base64,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    quoted,
  ];
  return forms.filter((form) => form.length >= secretLengthMin);
}

/** The same for every string in a printable value. */
export function redactDeep<T>(value: T, redact: (text: string) => string): T {
  return redactPart(value, redact) as T;
}

function redactPart(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => redactPart(part, redact));
  const entries = Object.entries(value).map(([name, part]) => [name, redactPart(part, redact)]);
  return Object.freeze(Object.fromEntries(entries));
}

/** All secrets of a host's own settings. */
export function secretsOfHost(host: Host): readonly Secret[] {
  return [...secretsOfSsh(host.ssh), host.become?.password].filter((value) => value !== undefined);
}

/** All secrets of these declarations, wherever they stand in their specs. */
export function secretsOf(declarations: readonly Declaration[]): readonly Secret[] {
  return declarations.flatMap((declaration) => secretsIn(declaration.spec));
}

function secretsIn(value: unknown): readonly Secret[] {
  if (value instanceof Secret) return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.values(value).flatMap(secretsIn);
}

function secretsOfSsh(ssh: SshSettings): readonly (Secret | undefined)[] {
  const ofJump = ssh.jump?.ssh === undefined ? [] : secretsOfSsh(ssh.jump.ssh);
  return [ssh.password, ssh.passphrase, ...ofJump];
}
