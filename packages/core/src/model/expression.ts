import { inspect } from 'node:util';
import type { Declaration } from './declaration.ts';
import { HostwrightError } from './errors.ts';
import { containsSecret, reveal, Secret, tainted } from './secret.ts';

/** One output of one declaration, perhaps of a named host. */
export interface Reference {
  readonly declaration: Declaration;
  readonly field: string;
  readonly host: string | undefined;
}

type ReadReference = (reference: Reference) => unknown;

/**
 * A value that is known only once its producers are: `dkim.out.dnsText`. It is no promise and no string: turning it
 * into text throws, so that `undefined` or `[object Object]` never reach a host. Use `map` or `interpolate` to compute.
 *
 * @example const url = web.out.address.map((address) => `https://${address}/`);
 */
export class Expression<T> {
  readonly references: readonly Reference[];
  readonly #evaluate: (read: ReadReference) => T;

  constructor(references: readonly Reference[], evaluate: (read: ReadReference) => T) {
    this.references = Object.freeze([...references]);
    this.#evaluate = evaluate;
    Object.freeze(this);
  }

  /** The same output, taken from one named host, where several hosts have it. */
  on(host: string): Expression<T> {
    const bound = this.references.map((reference) => ({ ...reference, host }));
    return new Expression(bound, (read) =>
      this.#evaluate((reference) => read({ ...reference, host })),
    );
  }

  /**
   * A value computed from this one. `compute` must be pure; it runs once the value is known. What is computed from a
   * secret is secret: texts in the result are, however deep.
   */
  map<U>(compute: (value: T) => U): Expression<U> {
    return new Expression(this.references, (read) => {
      const value = this.#evaluate(read);
      const computed = compute(value);
      return containsSecret(value) ? (tainted(computed) as U) : computed;
    });
  }

  evaluate(read: ReadReference): T {
    return this.#evaluate(read);
  }

  toString(): string {
    throw new HostwrightError('OUTPUT_AS_TEXT', {
      problem: `The output ${this.describe()} was used as text before it is known.`,
    });
  }

  [Symbol.toPrimitive](): never {
    throw new HostwrightError('OUTPUT_AS_TEXT', {
      problem: `The output ${this.describe()} was used as text before it is known.`,
    });
  }

  describe(): string {
    return this.references.map((r) => `${r.declaration.kind}.out.${r.field}`).join(', ');
  }

  toJSON(): { readonly output: string } {
    return { output: this.describe() };
  }

  [inspect.custom](): string {
    return `Expression(${this.describe()})`;
  }
}

type Part<T> = T | Expression<T>;

/**
 * Text with outputs in it. It is secret when a part of it is.
 * @example File({ path: '/etc/motd', content: interpolate`key: ${dkim.out.dnsText}\n` })
 */
export function interpolate(
  text: TemplateStringsArray,
  ...values: readonly (Part<string> | Part<number>)[]
): Expression<string>;
export function interpolate(
  text: TemplateStringsArray,
  ...values: readonly (Part<string | Secret> | Part<string> | Part<number> | Expression<Secret>)[]
): Expression<string | Secret>;
export function interpolate(
  text: TemplateStringsArray,
  ...values: readonly unknown[]
): Expression<string | Secret> {
  const references = values.flatMap((value) =>
    value instanceof Expression ? value.references : [],
  );
  return new Expression(references, (read) => {
    const parts = values.map((value) =>
      value instanceof Expression ? value.evaluate(read) : value,
    );
    const shown = parts.map((part) => (part instanceof Secret ? reveal(part) : String(part)));
    const whole = shown.reduce(
      (line, part, index) => line + part + (text[index + 1] ?? ''),
      text[0] ?? '',
    );
    return parts.some((part) => part instanceof Secret) ? new Secret(whole) : whole;
  });
}

/** A spec as its author may write it: every part may be an output instead of a plain value. */
export type Input<T> =
  | T
  | Expression<T>
  | (T extends string | number | boolean | null | undefined
      ? never
      : T extends readonly (infer Item)[]
        ? readonly Input<Item>[]
        : { readonly [Name in keyof T]: Input<T[Name]> });
