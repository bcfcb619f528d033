/** Where a string stands in a spec: names of properties and positions in arrays. */
export type SpecPath = readonly (string | number)[];

/** Every place of a spec that holds a string. */
export function stringPaths(value: unknown, path: SpecPath = []): readonly SpecPath[] {
  if (typeof value === 'string') return [path];
  if (Array.isArray(value)) {
    return value.flatMap((part, index) => stringPaths(part, [...path, index]));
  }
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([name, part]) => stringPaths(part, [...path, name]));
}

/** A copy of the spec with one place changed. */
export function withValueAt<Value>(value: Value, path: SpecPath, next: unknown): Value {
  const [step, ...rest] = path;
  if (step === undefined) return next as Value;
  if (Array.isArray(value)) {
    return value.map((part, index) =>
      index === step ? withValueAt(part, rest, next) : part,
    ) as Value;
  }
  const part = (value as Record<string, unknown>)[step];
  return { ...value, [step]: withValueAt(part, rest, next) };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
