import { inspect } from 'node:util';
import { HostwrightError } from './errors.ts';
import { isPlainData } from './json.ts';

const hidden = '<secret>';

/**
 * A value that never prints: not in strings, JSON, inspection, diffs or errors. Code that must hand it over reads it
 * with `reveal`, which is easy to search for.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }

  static reveal(secret: Secret): string {
    return secret.#value;
  }
}

/**
 * Marks a value as secret.
 * Errors: SECRET_MISSING for what is no text.
 * @example become: { password: secret(process.env.SUDO_PASSWORD ?? '') }
 */
export function secret(value: string): Secret {
  if (typeof value !== 'string') {
    // Untyped callers: a variable of the environment that is not set.
    const found = value === null ? 'null' : `a value of type ${typeof value}`;
    const problem = `secret() takes a text, found ${found}.`;
    throw new HostwrightError('SECRET_MISSING', { problem });
  }
  return new Secret(value);
}

/** The text behind a secret or a plain string, for the one place that hands it over. */
export function reveal(value: Secret | string): string {
  return typeof value === 'string' ? value : Secret.reveal(value);
}

/** Whether a secret stands anywhere in plain data. */
export function containsSecret(value: unknown): boolean {
  if (value instanceof Secret) return true;
  if (!Array.isArray(value) && !isPlainData(value)) return false;
  return Object.values(value).some(containsSecret);
}

/**
 * Whether a text seems to be made of a secret that was put into it as it prints, by a template literal or by `+`. XML may
 * have an element of that name, and closes it.
 */
export function printsSecret(text: string): boolean {
  return text.includes(hidden) && !text.includes(hidden.replace('<', '</'));
}

/** Computed from a secret: every text in it becomes one. */
export function tainted(value: unknown): unknown {
  if (typeof value === 'string') return new Secret(value);
  if (Array.isArray(value)) return value.map(tainted);
  if (!isPlainData(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, tainted(part)]));
}
