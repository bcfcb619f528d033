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
export function formOf(schema: Schema): string {
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
