interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: unknown;
  readonly const?: unknown;
}

/** What is wrong with a schema: open objects, properties without a description, strings without a bound. */
export function schemaProblems(schema: unknown, path = ''): readonly string[] {
  const part = schema as Schema;
  return [
    ...openness(part, path),
    ...unbounded(part, path),
    ...Object.entries(part.properties ?? {}).flatMap(([name, property]) => [
      ...undescribed(property, join(path, name)),
      ...schemaProblems(property, join(path, name)),
    ]),
    ...Object.entries(part.patternProperties ?? {}).flatMap(([pattern, property]) =>
      schemaProblems(property, join(path, `/${pattern}/`)),
    ),
    ...[part.items ?? []].flat().flatMap((item) => schemaProblems(item, `${path}[]`)),
    ...[part.anyOf, part.oneOf, part.allOf]
      .flatMap((branches) => branches ?? [])
      .flatMap((branch) => schemaProblems(branch, path)),
  ];
}

function openness(part: Schema, path: string): readonly string[] {
  if (part.type !== 'object' || part.additionalProperties === false) return [];
  // A part that takes any names, such as the variables of a template, says so.
  if (path !== '' && part.additionalProperties === true) return [];
  return [`${path === '' ? 'The schema' : path} is open: it needs additionalProperties: false.`];
}

function undescribed(property: Schema, path: string): readonly string[] {
  const text = property.description?.trim() ?? '';
  return text === '' ? [`${path} has no description.`] : [];
}

function unbounded(part: Schema, path: string): readonly string[] {
  if (part.type !== 'string' || part.maxLength !== undefined) return [];
  if (part.enum !== undefined || part.const !== undefined) return [];
  const isAnchored = part.pattern?.startsWith('^') === true && part.pattern.endsWith('$');
  return isAnchored ? [] : [`${path} is a string without maxLength or a pattern from ^ to $.`];
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
