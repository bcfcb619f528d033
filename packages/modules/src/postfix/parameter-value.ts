import { type Static, Type } from 'typebox';

const line = { pattern: '^[^\\r\\n]*$', maxLength: 8192 };

/** One value of main.cf or of an option in master.cf. */
export const parameterValue = Type.Union(
  [
    Type.String(line),
    Type.Number(),
    Type.Boolean(),
    Type.Array(Type.String(line), { maxItems: 1000 }),
  ],
  {
    description:
      'Value on one line as postconf(5) writes it, in the units given there (`300s`, bytes); `$name` stays as it is. True and false are `yes` and `no`; a list is joined by commas and compared item by item. The empty string is a value.',
  },
);

export type ParameterValue = Static<typeof parameterValue>;

/** The text that Postfix keeps. It prints any run of blanks as one. */
export function valueText(value: ParameterValue, separator = ', '): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return collapse(value);
  return typeof value === 'number' ? String(value) : value.map(collapse).join(separator);
}

/** True when the host's text means the declared value. In a list Postfix takes blanks and commas alike. */
export function isSameValue(value: ParameterValue, text: string): boolean {
  if (Array.isArray(value)) return listForm(value.join(' ')) === listForm(text);
  return valueText(value as ParameterValue) === collapse(text);
}

/** Absolute paths in a value (`proxy:mysql:/etc/postfix/sql/domains.cf`): files it comes after. */
export function pathsIn(value: ParameterValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return valueText(value).match(/\/[A-Za-z0-9._/-]+/g) ?? [];
}

/** Parameters whose value stands in a value: `$my_networks`, `${my_networks}`, `${my_networks?{yes}}`. */
export function namesIn(value: ParameterValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return [...valueText(value).matchAll(/\$[{(]?([A-Za-z][A-Za-z0-9_-]*)/g)].map(
    ([, name = '']) => name,
  );
}

function collapse(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

function listForm(text: string): string {
  return text
    .split(/[\s,]+/)
    .filter((item) => item !== '')
    .join(' ');
}
