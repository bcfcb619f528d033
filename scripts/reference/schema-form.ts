import { formOf, type Schema } from '../../packages/core/src/compile/schema-form.ts';

const defaultPatterns = [
  /(`[^`]+`|-?\b[\w.]+\b) when left out/,
  /(`[^`]+`) \(default\)/,
  /\bDefault:? (`[^`]+`|-?\d[\w.]*|true|false|none)(?=[\s.,:;]|$)/,
  /\bby default,? (`[^`]+`)/,
  /\bDefault:? ([^.;]{1,60})(?=[.;]|$)/,
];

/** The default that a description states in one of the wordings of the house, or nothing. */
export function defaultIn(description: string): string {
  for (const pattern of defaultPatterns) {
    const found = pattern.exec(description)?.[1];
    if (found !== undefined) return /[` ]/.test(found) ? found : `\`${found}\``;
  }
  return '';
}

/** One line of a table of properties. */
export interface PropertyRow {
  /** `debconf.*.value` */
  readonly path: string;
  readonly isRequired: boolean;
  readonly form: string;
  readonly pattern: string | undefined;
  readonly text: string;
}

/** Every property of an object schema, parts of nested objects after the property that holds them. */
export function propertyRows(schema: Schema, prefix = ''): readonly PropertyRow[] {
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    const row: PropertyRow = {
      path,
      isRequired: schema.required?.includes(name) === true,
      form: formOf(property),
      pattern: property.pattern,
      text: property.description ?? '',
    };
    return [row, ...nestedRows(property, path)];
  });
  return prefix === '' ? [...named, ...freeRows(schema)] : named;
}

/** Properties that the author names: one row for all whose names match. */
function freeRows(schema: Schema): readonly PropertyRow[] {
  return Object.entries(schema.patternProperties ?? {}).map(([pattern, property]) => ({
    path: 'NAME',
    isRequired: false,
    form: formOf(property),
    pattern: property.pattern,
    text: `Any property whose name matches \`${pattern}\`. ${property.description ?? ''}`.trim(),
  }));
}

function nestedRows(schema: Schema, path: string): readonly PropertyRow[] {
  const map = Object.values(schema.patternProperties ?? {});
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [
    ...propertyRows({ ...schema }, `${path}.`),
    ...(schema.items === undefined ? [] : nestedRows(schema.items, `${path}[]`)),
    ...map.flatMap((value) => nestedRows(value, `${path}.*`)),
    ...branches.flatMap((branch) => nestedRows(branch, path)),
  ];
}
