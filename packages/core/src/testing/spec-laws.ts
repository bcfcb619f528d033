import { isDeepStrictEqual } from 'node:util';
import type { ValidateSpec } from '../compile/validate.ts';
import type { AnyResourceType } from '../model/resource-type.ts';

/** Everything that the engine derives from a spec before it reads the host. */
const derivations = ['identity', 'claims', 'shares', 'provides', 'edges', 'check'] as const;

/** Why compile would refuse a spec; empty when it accepts it. */
export function refusals(
  type: AnyResourceType,
  spec: unknown,
  validate: ValidateSpec,
): readonly string[] {
  return validate(type, spec).map(({ code, text }) => `${code} ${text}`);
}

/** The part of a spec that a probe can count on: the values of its keys, and the names of everything else. */
export function keysOf(type: AnyResourceType, spec: unknown): unknown {
  const entries = Object.entries(spec as object).map(([name, part]) => [
    name,
    type.keys.includes(name) ? part : undefined,
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

/** Properties of the schema that no valid spec uses, which the other laws therefore never see. */
export function unusedProperties(
  type: AnyResourceType,
  specs: readonly unknown[],
): readonly string[] {
  const used = new Set(specs.flatMap((spec) => Object.keys(spec as object)));
  const schema = type.schema as { readonly properties?: object };
  return Object.keys(schema.properties ?? {}).filter((name) => !used.has(name));
}

/** Identity must follow from the keys alone, and nothing derived may need more than the keys or vary. */
export function identityProblems(type: AnyResourceType, spec: unknown): readonly string[] {
  const problems: string[] = [];
  const keys = keysOf(type, spec);
  if (type.identity(spec) === '') problems.push('The identity is empty.');
  if (type.identity(keys) !== type.identity(spec)) {
    problems.push('The identity depends on a property that is not in keys.');
  }
  for (const name of derivations) {
    type[name](keys);
    if (!isDeepStrictEqual(type[name](spec), type[name](spec))) {
      problems.push(`${name} gives two answers for one spec.`);
    }
  }
  return problems;
}
