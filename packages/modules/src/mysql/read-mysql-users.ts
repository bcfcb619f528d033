import { absent, type ProbeOutput, present, type Reading, type Sh } from '@hostwright/core';
import { askServer, rowsOf } from './mysql-client.ts';
import { account, identifier } from './sql-text.ts';

/** An account as the server has it. */
export interface ObservedMysqlUser {
  readonly plugin: string;
  /** SHA-256 of the hash that the server keeps; the hash itself stays on the host. */
  readonly passwordDigest: string;
  /** Privileges, sorted, by `database.table`, `database.*` or `*.*`. */
  readonly grants: Readonly<Record<string, readonly string[]>>;
}

interface UserKeys {
  readonly name: string;
  readonly host?: string;
}

/** Lines of accounts begin with `U`, lines of privileges with `G`. USAGE is the word for none. */
export function probeMysqlUsers(specs: readonly UserKeys[]): Sh {
  const accounts = specs.map(({ name, host = 'localhost' }) => account(name, host));
  const grantees = accounts.map((name) => `"${name}"`).join(', ');
  const grants = [
    ["'*.*'", 'USER_PRIVILEGES'],
    ["CONCAT(TABLE_SCHEMA, '.*')", 'SCHEMA_PRIVILEGES'],
    ["CONCAT(TABLE_SCHEMA, '.', TABLE_NAME)", 'TABLE_PRIVILEGES'],
  ].map(
    ([place, table]) =>
      `SELECT 'G', GRANTEE, ${place}, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.${table} WHERE GRANTEE IN (${grantees})`,
  );
  return askServer(`SELECT 'U', CONCAT("'", User, "'@'", Host, "'"), JSON_VALUE(Priv, '$.plugin'), SHA2(IFNULL(JSON_VALUE(Priv, '$.authentication_string'), ''), 256)
  FROM mysql.global_priv WHERE CONCAT("'", User, "'@'", Host, "'") IN (${grantees});
${grants.join(';\n')}`);
}

export function parseMysqlUsers(
  output: ProbeOutput,
  specs: readonly UserKeys[],
): readonly Reading<ObservedMysqlUser>[] {
  const answer = rowsOf(output);
  if ('reading' in answer) return specs.map(() => answer.reading);
  return specs.map(({ name, host = 'localhost' }): Reading<ObservedMysqlUser> => {
    const own = answer.rows.filter(([, grantee]) => grantee === account(name, host));
    const row = own.find(([kind]) => kind === 'U');
    if (row === undefined) return absent;
    const [, , plugin = '', passwordDigest = ''] = row;
    return present({ plugin, passwordDigest, grants: grantsOf(own) });
  });
}

function grantsOf(
  rows: readonly (readonly string[])[],
): Readonly<Record<string, readonly string[]>> {
  const found = rows.filter(([kind, , , privilege]) => kind === 'G' && privilege !== 'USAGE');
  const places = Map.groupBy(found, ([, , place = '']) => placeOf(place));
  return Object.fromEntries(
    [...places].map(([place, privileges]) => {
      const names = privileges.map(([, , , privilege = '']) => privilege);
      const mayPassOn = privileges.some(([, , , , grantable]) => grantable === 'YES');
      return [place, [...names, ...(mayPassOn ? ['GRANT OPTION'] : [])].toSorted()];
    }),
  );
}

/**
 * A place as a declaration names it. In the name of a whole database `_` is a wildcard unless a backslash stands before it, which
 * the client doubles. A grant that was made without one is for other databases as well, and is only taken away by its very
 * name: that one keeps its backquotes, as no declared place has.
 */
function placeOf(printed: string): string {
  const place = printed.replaceAll('\\\\', '\\');
  const database = /^(.*)\.\*$/s.exec(place)?.[1];
  if (database === undefined || database === '*') return place;
  if (/(?<!\\)[_%]/.test(database)) return `${identifier(database)}.*`;
  return place.replaceAll('\\', '');
}
