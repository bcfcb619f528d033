import { inspect } from 'node:util';
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
 * @example become: { password: secret(process.env.SUDO_PASSWORD ?? '') }
 */
export function secret(value: string): Secret {
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

/** Computed from a secret: every text in it becomes one. */
export function tainted(value: unknown): unknown {
  if (typeof value === 'string') return new Secret(value);
  if (Array.isArray(value)) return value.map(tainted);
  if (!isPlainData(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, tainted(part)]));
}
