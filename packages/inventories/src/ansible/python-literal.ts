/**
 * What Python's `ast.literal_eval` makes of a text: numbers, strings, True, False, None, lists, tuples and dicts.
 * Undefined where it would refuse: Ansible takes the text as it is then.
 */
export function pythonLiteral(text: string): { readonly value: unknown } | undefined {
  const reader: Reader = { tokens: tokensOf(text), at: 0 };
  if (reader.tokens === undefined) return undefined;
  try {
    const values = readItems(reader, undefined);
    if (values.items.length === 0) return undefined;
    return { value: values.hasComma ? values.items : values.items[0] };
  } catch (thrown) {
    if (thrown instanceof NotALiteral) return undefined;
    throw thrown;
  }
}

class NotALiteral extends Error {}

interface Reader {
  readonly tokens: readonly string[] | undefined;
  at: number;
}

const stringPattern = String.raw`[uU]?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")`;
const numberPattern = String.raw`(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][-+]?\d+)?)`;
const tokenPattern = String.raw`\s*(?:#.*$|(${stringPattern}|${numberPattern}(?![\w.])|True\b|False\b|None\b|[-+[\](){},:]))\s*`;

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  const pattern = new RegExp(tokenPattern, 'y');
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

function next(reader: Reader): string {
  const token = reader.tokens?.[reader.at];
  if (token === undefined) throw new NotALiteral();
  reader.at += 1;
  return token;
}

function accept(reader: Reader, token: string): boolean {
  if (reader.tokens?.[reader.at] !== token) return false;
  reader.at += 1;
  return true;
}

/** Values with commas between them, up to a closing token or the end. */
function readItems(reader: Reader, close: string | undefined) {
  const items: unknown[] = [];
  let hasComma = false;
  const isOver = () =>
    close === undefined ? reader.at === reader.tokens?.length : accept(reader, close);
  while (!isOver()) {
    if (items.length > 0 && !hasComma) throw new NotALiteral();
    items.push(readValue(reader));
    const isLast = !accept(reader, ',');
    hasComma ||= !isLast;
    if (!isLast) continue;
    if (!isOver()) throw new NotALiteral();
    break;
  }
  return { items, hasComma };
}

function readValue(reader: Reader): unknown {
  const token = next(reader);
  if (token === 'True') return true;
  if (token === 'False') return false;
  if (token === 'None') return null;
  if (token === '[') return readItems(reader, ']').items;
  if (token === '(') {
    const { items, hasComma } = readItems(reader, ')');
    return items.length === 1 && !hasComma ? items[0] : items;
  }
  if (token === '{') return readDict(reader);
  if (token === '-' || token === '+') {
    const value = readValue(reader);
    if (typeof value !== 'number') throw new NotALiteral();
    return token === '-' ? -value : value;
  }
  return /^[uU]?['"]/.test(token) ? readString(token, reader) : readNumber(token);
}

function readDict(reader: Reader): unknown {
  const entries: [string, unknown][] = [];
  while (!accept(reader, '}')) {
    const key = readValue(reader);
    if (!accept(reader, ':')) throw new NotALiteral();
    entries.push([String(key), readValue(reader)]);
    if (accept(reader, ',')) continue;
    if (!accept(reader, '}')) throw new NotALiteral();
    break;
  }
  return Object.fromEntries(entries);
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
};

/** Strings side by side are one. */
function readString(token: string, reader: Reader): string {
  const body = token.replace(/^[uU]/, '').slice(1, -1);
  const text = body.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g,
    (whole, hex: string | undefined, wide: string | undefined, char = '') => {
      const code = hex ?? wide;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return /['"\\]/.test(char) ? char : (escapes[char] ?? whole);
    },
  );
  const following = reader.tokens?.[reader.at];
  if (following === undefined || !/^[uU]?['"]/.test(following)) return text;
  return text + readString(next(reader), reader);
}

/** Python refuses decimal numbers with leading zeros, such as modes of files, and a `_` that stands not between two digits. */
function readNumber(token: string): number {
  if (/__|_$|_[.e]|[.e]_/i.test(token)) throw new NotALiteral();
  if (/^0[\d_]*[1-9][\d_]*$/.test(token)) throw new NotALiteral();
  const value = Number(token.replaceAll('_', ''));
  if (!/^[-+\d.]/.test(token) || Number.isNaN(value)) throw new NotALiteral();
  return value;
}
