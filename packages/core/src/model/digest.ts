import { createHash } from 'node:crypto';
import { Expression } from './expression.ts';
import { isPlainData } from './json.ts';
import { type Program, type ProgramNode, producerOf } from './program.ts';
import { Secret } from './secret.ts';

/** Hex digits that are kept: 64 bits tell declarations apart, and nobody attacks their own plan. */
const digits = 16;

/**
 * A short mark of what a declaration says, the same wherever and in whatever order its properties were written. An
 * output counts as what makes it. A secret counts as a secret: a hash of its value in a file could be guessed at.
 */
export function declarationDigest(
  { host, declaration }: Pick<ProgramNode, 'host' | 'declaration'>,
  placements: Program['placements'],
): string {
  const { kind, spec, mayCutOff } = declaration;
  const form = plainForm(spec, (expression) =>
    expression.references.map((reference) => {
      const producer = producerOf(placements, reference, host) ?? '';
      return `${producer}.out.${reference.field}`;
    }),
  );
  const text = JSON.stringify([kind, mayCutOff, form]);
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

function plainForm(value: unknown, nameOf: (expression: Expression<unknown>) => unknown): unknown {
  if (value instanceof Secret) return { secret: true };
  if (value instanceof Expression) return { output: nameOf(value) };
  if (Array.isArray(value)) return value.map((part) => plainForm(part, nameOf));
  if (typeof value === 'object' && value !== null && !isPlainData(value)) return { thing: true };
  if (!isPlainData(value)) return value;
  const names = Object.keys(value).toSorted();
  return names.map((name) => [name, plainForm(value[name], nameOf)]);
}
