import { HostwrightError, type InventoryInput, type Secret, secret } from '@hostwright/core';
import type { Carried, NotCarried } from '../carried.ts';
import { isRecord } from '../read-source.ts';

/** Values by name. Reading one that is not there is an error; what is sensitive has its strings as secrets. */
export type OutputValues = Readonly<Record<string, unknown>>;

/** Makes an inventory of outputs. */
export type HostsOf<Vars extends object> = (
  outputs: OutputValues,
) => InventoryInput<string, string, Vars>;

export interface Output {
  readonly value: unknown;
  readonly isSensitive: boolean;
  /** The value is known elsewhere only. */
  readonly isHidden: boolean;
}

/**
 * Calls the mapping, and notes which outputs it did not read.
 * Errors: INVENTORY_INVALID for an output that is not there, or hidden.
 */
export function mapped<Vars extends object>(
  outputs: ReadonlyMap<string, Output>,
  hosts: HostsOf<Vars>,
  hiddenRemedy: string,
): Carried<Vars> {
  const read = new Set<string>();
  const values = new Proxy<Record<string, unknown>>(
    {},
    {
      get: (_target, name) => {
        if (typeof name !== 'string') return undefined;
        read.add(name);
        return readValue(outputs.get(name), name, [...outputs.keys()], hiddenRemedy);
      },
      has: (_target, name) => typeof name === 'string' && outputs.has(name),
      ownKeys: () => [...outputs.keys()],
      getOwnPropertyDescriptor: (_target, name) =>
        typeof name === 'string' && outputs.has(name)
          ? { enumerable: true, configurable: true }
          : undefined,
    },
  );
  const input = hosts(values);
  const unread = [...outputs.keys()].filter((name) => !read.has(name));
  const notes = unread.map((name): NotCarried => {
    const why = 'the mapping did not read it';
    return { where: 'outputs', what: name, why, isLost: false };
  });
  return { input, notes };
}

function readValue(
  output: Output | undefined,
  name: string,
  known: readonly string[],
  hiddenRemedy: string,
): unknown {
  if (output === undefined) {
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: `There is no output ${name}; there are ${known.join(', ') || 'none'}.`,
      remedy: 'Correct the name in the mapping, or export the output.',
    });
  }
  if (output.isHidden) {
    const problem = `The output ${name} is a secret, and its value is not there.`;
    throw new HostwrightError('INVENTORY_INVALID', { problem, remedy: hiddenRemedy });
  }
  return output.isSensitive ? asSecrets(output.value) : output.value;
}

/** The same value with every string in it as a secret. */
export function asSecrets(value: unknown): unknown {
  if (typeof value === 'string') return secret(value) satisfies Secret;
  if (Array.isArray(value)) return value.map(asSecrets);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asSecrets(one)]));
}
