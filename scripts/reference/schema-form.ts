/** JSON schema as far as resource types use it. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The form of a value in a few words: `integer, 1 to 65535`; `'present' or 'absent'`; `array of string`. */
function formOf(schema: Schema): string {
  const { anyOf, oneOf, enum: values, items, patternProperties } = schema;
  const branches = anyOf ?? oneOf;
  if ('const' in schema) return literal(schema.const);
  if (values !== undefined) return values.map(literal).join(' or ');
  if (branches !== undefined) return [...new Set(branches.map(formOf))].join(' or ');
  if (schema.type === 'array') {
    return `array of ${items === undefined ? 'anything' : itemForm(items)}${limits(schema.minItems, schema.maxItems, 'items')}`;
  }
  if (schema.type === 'object' && patternProperties !== undefined) {
    const value = Object.values(patternProperties)[0];
    return `map of ${value === undefined ? 'anything' : itemForm(value)}`;
  }
  if (schema.type === 'string') {
    return `string${limits(schema.minLength, schema.maxLength, 'characters')}`;
  }
  if (schema.type === 'integer' || schema.type === 'number') {
    return `${schema.type}${limits(schema.minimum, schema.maximum, '')}`;
  }
  return schema.type ?? 'anything';
}

function itemForm(schema: Schema): string {
  const form = formOf(schema);
  return / or |, /.test(form) ? `(${form})` : form;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function limits(least: number | undefined, most: number | undefined, unit: string): string {
  const of = unit === '' ? '' : ` ${unit}`;
  if (least !== undefined && most !== undefined && most < Number.MAX_SAFE_INTEGER) {
    return least === most ? `, ${least}${of}` : `, ${least} to ${most}${of}`;
  }
  if (most !== undefined && most < Number.MAX_SAFE_INTEGER) return `, at most ${most}${of}`;
  return least === undefined ? '' : `, at least ${least}${of}`;
}

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
