import { inspect } from 'node:util';

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
