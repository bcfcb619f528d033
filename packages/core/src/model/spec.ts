import { Expression, type Reference } from './expression.ts';
import { isPlainData } from './json.ts';

/** Every output that a spec uses, wherever it stands in it. */
export function referencesIn(value: unknown): readonly Reference[] {
  if (value instanceof Expression) return value.references;
  if (!isContainer(value)) return [];
  return Object.values(value).flatMap(referencesIn);
}

/** A spec with every expression replaced by what `read` knows of it. */
export function withExpressions(
  value: unknown,
  read: (expression: Expression<unknown>) => unknown,
): unknown {
  if (value instanceof Expression) return read(value);
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return value.map((part) => withExpressions(part, read));
  const entries = Object.entries(value).map(
    ([name, part]) => [name, withExpressions(part, read)] as const,
  );
  return Object.fromEntries(entries.filter(([, part]) => part !== undefined));
}

/**
 * What a probe may see before any output is known: properties that hold an expression are `undefined`. Their names
 * stay, because a type such as Postconf, whose spec is a map, is identified by the names alone.
 */
export function knownPart(
  spec: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(spec).map(([name, part]) => [
      name,
      referencesIn(part).length === 0 ? part : undefined,
    ]),
  );
}

function isContainer(value: unknown): value is object {
  return Array.isArray(value) || isPlainData(value);
}
