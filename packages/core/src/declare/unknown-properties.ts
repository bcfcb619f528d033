import { suggestion } from '../model/near-names.ts';

/** For untyped callers: a misspelt property would be passed over, and what it asks for would not be. A sentence for each. */
export function unknownProperties(
  label: string,
  value: object,
  known: readonly string[],
): readonly string[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => `${label} has no property ${JSON.stringify(name)}. ${suggestion(name, known)}`);
}
