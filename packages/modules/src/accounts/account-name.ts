import { Type } from 'typebox';

/** What useradd(8) and groupadd(8) of Debian take without complaint, in lower case. At most 32 characters. */
const pattern = '^[a-z_][a-z0-9_.-]{0,31}\\$?$';

/** The schema of a user's or group's name, once per property with a description of its own. */
export function accountName(description: string) {
  return Type.String({ pattern, maxLength: 32, description });
}

/** Tokens of what may bring an account of this name: a declaration, or a package that is named alike. */
export function accountTokens(kind: 'user' | 'group', name: string): readonly string[] {
  return [`${kind}:${name}`, `package:${name}`, `package-stem:${name}`];
}
