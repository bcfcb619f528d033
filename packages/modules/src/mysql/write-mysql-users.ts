import { createHash } from 'node:crypto';
import { type Difference, type FieldDiff, type Reading, reveal, type Sh } from '@hostwright/core';
import { tellServer } from './mysql-client.ts';
import type { MysqlUserSpec } from './mysql-user.ts';
import type { ObservedMysqlUser } from './read-mysql-users.ts';
import { account, identifier } from './sql-text.ts';

type Grants = Readonly<Record<string, readonly string[]>>;

const hidden = '<secret>';

/** What is between an account as it is wanted and as it was found. */
export function mysqlUserDiff(
  spec: MysqlUserSpec,
  reading: Extract<Reading<ObservedMysqlUser>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const isThere = reading.is === 'present';
  if (spec.ensure === 'absent') return isThere ? [{ field: 'exists', from: true, to: false }] : [];
  const wanted = spec.grants ?? {};
  const found = isThere ? reading.observed.grants : {};
  const places = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].toSorted();
  const grants = places
    .map((place) => ({
      field: `grants ${place}`,
      from: list(found, place),
      to: list(wanted, place),
    }))
    .filter(({ from, to }) => from !== to);
  if (!isThere) {
    const login = spec.password === undefined ? 'socket' : hidden;
    return [
      { field: 'exists', from: false, to: true },
      { field: 'login', from: null, to: login },
      ...grants,
    ];
  }
  return [...loginDiff(spec, reading.observed), ...grants];
}

function list(grants: Grants, place: string): string | null {
  return grants[place]?.toSorted().join(', ') ?? null;
}

function loginDiff(
  { password }: MysqlUserSpec,
  { plugin, passwordDigest }: ObservedMysqlUser,
): readonly FieldDiff[] {
  if (password === undefined) {
    return plugin === 'unix_socket' ? [] : [{ field: 'login', from: plugin, to: 'socket' }];
  }
  const digest = createHash('sha256').update(nativeHash(password)).digest('hex');
  const isRight = plugin === 'mysql_native_password' && passwordDigest === digest;
  return isRight ? [] : [{ field: 'login', from: hidden, to: hidden, form: 'secret' }];
}

/** What mysql_native_password keeps of a password. */
export function nativeHash(password: Exclude<MysqlUserSpec['password'], undefined>): string {
  const sha1 = (data: string | Buffer) => createHash('sha1').update(data).digest();
  return `*${sha1(sha1(reveal(password)))
    .toString('hex')
    .toUpperCase()}`;
}

/** All accounts in one call. A new account has its password from the first moment. */
export function applyMysqlUsers(
  differences: readonly Difference<MysqlUserSpec, ObservedMysqlUser>[],
): Sh {
  return tellServer(differences.flatMap(statementsFor));
}

function statementsFor({
  spec,
  reading,
}: Difference<MysqlUserSpec, ObservedMysqlUser>): readonly string[] {
  const { name, host = 'localhost', password, ensure } = spec;
  const who = account(name, host);
  if (ensure === 'absent') return [`DROP USER IF EXISTS ${who}`];
  const login =
    password === undefined
      ? 'IDENTIFIED VIA unix_socket'
      : `IDENTIFIED VIA mysql_native_password USING '${nativeHash(password)}'`;
  const wanted = spec.grants ?? {};
  const found = reading.is === 'present' ? reading.observed.grants : {};
  return [
    `CREATE USER IF NOT EXISTS ${who} ${login}`,
    `ALTER USER ${who} ${login}`,
    ...surplus(found, wanted).map(([place, names]) => `REVOKE ${names} ON ${place} FROM ${who}`),
    ...surplus(wanted, found).map(([place, names]) => `GRANT ${names} ON ${place} TO ${who}`),
  ];
}

/** What the first has and the second lacks, by place as SQL writes it. */
function surplus(some: Grants, others: Grants): readonly (readonly [string, string])[] {
  return Object.entries(some).flatMap(([place, privileges]) => {
    const rest = privileges.filter((name) => !(others[place] ?? []).includes(name));
    return rest.length === 0 ? [] : [[placeText(place), rest.join(', ')] as const];
  });
}

function placeText(place: string): string {
  const [database = '', table = ''] = place.split('.');
  if (place === '*.*' || place.startsWith('`')) return place;
  if (table === '*') return `${identifier(database.replaceAll('_', '\\_'))}.*`;
  return `${identifier(database)}.${identifier(table)}`;
}
