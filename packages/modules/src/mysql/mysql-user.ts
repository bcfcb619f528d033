import { defineResource, type Secret } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { mysqlCommands, mysqlEdges } from './mysql-client.ts';
import { type ObservedMysqlUser, parseMysqlUsers, probeMysqlUsers } from './read-mysql-users.ts';
import { hostPattern, namePattern } from './sql-text.ts';
import { applyMysqlUsers, mysqlUserDiff } from './write-mysql-users.ts';

/** What an account may be given on a table or a database. */
type Privilege =
  | 'SELECT'
  | 'INSERT'
  | 'UPDATE'
  | 'DELETE'
  | 'CREATE'
  | 'ALTER'
  | 'DROP'
  | 'INDEX'
  | 'REFERENCES'
  | 'TRIGGER'
  | 'CREATE VIEW'
  | 'SHOW VIEW';

const privilege = Type.Unsafe<Privilege>(
  Type.String({
    pattern:
      '^(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|INDEX|REFERENCES|TRIGGER|(CREATE|SHOW) VIEW)$',
    maxLength: 32,
    description: 'Name of a privilege, as GRANT has it.',
  }),
);

const schema = Type.Object(
  {
    name: Type.String({
      pattern: namePattern,
      maxLength: 64,
      description: 'Name of the account: letters, digits and `_`, at most 64.',
    }),
    host: Type.Optional(
      Type.String({
        pattern: hostPattern,
        maxLength: 60,
        description:
          'Where it logs in from: a host name, an address, or `%` for anywhere. Default: `localhost`, which is the socket.',
      }),
    ),
    password: Type.Optional(
      Type.Unsafe<string | Secret>(
        Type.String({
          pattern: '^[^\\u0000\\r\\n]+$',
          maxLength: 256,
          description:
            'Password; may be `secret()`. Only its hash reaches the host. Default: none; the system user of the same name logs in on the socket.',
        }),
      ),
    ),
    grants: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9_]{1,64}\\.(\\*|[A-Za-z0-9_]{1,64})$' }),
        Type.Array(privilege, { minItems: 1, maxItems: 12, uniqueItems: true }),
        {
          additionalProperties: false,
          description:
            'Privileges, by table (`mail.users`) or by database (`mail.*`). All that is not named is taken away, above all privileges on everything. Default: none.',
        },
      ),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the account. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type MysqlUserSpec = Readonly<Static<typeof schema>>;

/**
 * One account of MariaDB and everything it may do.
 *
 * Identity: `name@host`, once per host.
 * Units: none.
 * Cost: one query per host to probe (20 ms), one call of the client to apply.
 * Errors: PROBE_FAILED where the user of the run may not log in; APPLY_FAILED with what the server said, such as a grant on a table that does not exist.
 * Source: MariaDB Server documentation, "mysql.global_priv Table", "GRANT", "Authentication Plugin - mysql_native_password". Captured on Debian 12 (MariaDB 10.11) and 13 (11.8).
 * @example MysqlUser({ name: 'mailreader', password: secret(process.env.MAILREADER ?? ''), grants: { 'mail.*': ['SELECT'] } })
 */
export const MysqlUser = defineResource({
  kind: 'MysqlUser',
  schema,
  keys: ['name', 'host'],
  secrets: ['password'],
  identity: ({ name, host = 'localhost' }) => `${name}@${host}`,
  edges: ({ grants = {} }) => ({
    after: [
      ...mysqlEdges,
      ...Object.keys(grants).flatMap((place) => [
        `mysql-database:${place.split('.')[0]}`,
        `mysql-table:${place}`,
      ]),
    ],
  }),
  check: (spec) =>
    ['root', 'mysql', 'mariadb_sys'].includes(spec.name)
      ? [`The account ${spec.name} belongs to the server.`]
      : [],
  driver: {
    via: 'shell',
    exclusive: ['mysql'],
    commands: mysqlCommands,
    probe: probeMysqlUsers,
    parse: parseMysqlUsers,
    apply: applyMysqlUsers,
  },
  diff: (spec, reading) => mysqlUserDiff(spec, reading),
  outputs: ({ name, host = 'localhost' }, _observed: ObservedMysqlUser) => ({
    /** Name and host as GRANT writes them: `'mailreader'@'localhost'`. */
    account: `'${name}'@'${host}'`,
  }),
});
