/** Names that stand between backquotes without a thought: databases, tables, columns, indexes, accounts. */
export const namePattern = '^[A-Za-z0-9_]{1,64}$';

/** Host part of an account: a name, an address, or `%` for any. */
export const hostPattern = '^(%|[A-Za-z0-9][A-Za-z0-9.:-]{0,59})$';

export function identifier(name: string): string {
  return `\`${name}\``;
}

/** A text in hexadecimal: whatever it holds and whatever sql_mode says, it stays a text. */
export function textLiteral(text: string): string {
  return text === '' ? "''" : `_utf8mb4 0x${Buffer.from(text).toString('hex')}`;
}

export function account(name: string, host: string): string {
  return `'${name}'@'${host}'`;
}
