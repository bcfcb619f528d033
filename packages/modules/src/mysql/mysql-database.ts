import { absent, defineResource, type FieldDiff, present, type Reading } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { askServer, mysqlCommands, mysqlEdges, rowsOf, tellServer } from './mysql-client.ts';
import { identifier, namePattern } from './sql-text.ts';

const schema = Type.Object(
  {
    name: Type.String({
      pattern: namePattern,
      maxLength: 64,
      description: 'Name of the database: letters, digits and `_`, at most 64.',
    }),
    collation: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9]+_[a-z0-9_]{1,60}$',
        maxLength: 64,
        description:
          'Order and equality of texts in tables that say nothing of their own, with the character set as its beginning: `utf8mb4_unicode_ci`. Default: `utf8mb4_general_ci`.',
      }),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` removes the database with everything in it. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type MysqlDatabaseSpec = Readonly<Static<typeof schema>>;

interface ObservedDatabase {
  readonly collation: string;
}

/**
 * One database of MariaDB.
 *
 * Identity: `name`, once per host.
 * Units: none.
 * Cost: one query per host to probe (20 ms), one call of the client to apply.
 * Errors: PROBE_FAILED where the user of the run may not log in; APPLY_FAILED with what the server said.
 * Source: MariaDB Server documentation, "CREATE DATABASE", "Information Schema SCHEMATA Table". Captured on Debian 12 (MariaDB 10.11) and 13 (11.8).
 * @example MysqlDatabase({ name: 'mail' })
 */
export const MysqlDatabase = defineResource({
  kind: 'MysqlDatabase',
  schema,
  keys: ['name'],
  identity: (spec) => spec.name,
  provides: (spec) => [`mysql-database:${spec.name}`],
  edges: () => ({ after: mysqlEdges }),
  check: (spec) =>
    ['mysql', 'sys', 'information_schema', 'performance_schema'].includes(spec.name)
      ? [`The database ${spec.name} belongs to the server.`]
      : [],
  driver: {
    via: 'shell',
    exclusive: ['mysql'],
    commands: mysqlCommands,
    probe: (specs) =>
      askServer(
        `SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (${specs.map(({ name }) => `'${name}'`).join(', ')})`,
      ),
    parse: (output, specs) => {
      const answer = rowsOf(output);
      if ('reading' in answer) return specs.map(() => answer.reading);
      return specs.map(({ name }): Reading<ObservedDatabase> => {
        const row = answer.rows.find(([found]) => found === name);
        return row === undefined ? absent : present({ collation: row[1] ?? '' });
      });
    },
    apply: (differences) => tellServer(differences.map(({ spec }) => statementFor(spec))),
  },
  diff: databaseDiff,
});

const collationDefault = 'utf8mb4_general_ci';

function databaseDiff(
  { collation = collationDefault, ensure }: MysqlDatabaseSpec,
  reading: Extract<Reading<ObservedDatabase>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const isThere = reading.is === 'present';
  if (ensure === 'absent') return isThere ? [{ field: 'exists', from: true, to: false }] : [];
  if (!isThere) {
    return [
      { field: 'exists', from: false, to: true },
      { field: 'collation', from: null, to: collation },
    ];
  }
  const found = reading.observed.collation;
  return found === collation ? [] : [{ field: 'collation', from: found, to: collation }];
}

function statementFor({ name, collation = collationDefault, ensure }: MysqlDatabaseSpec): string {
  if (ensure === 'absent') return `DROP DATABASE IF EXISTS ${identifier(name)}`;
  const [characters = ''] = collation.split('_');
  return `CREATE DATABASE IF NOT EXISTS ${identifier(name)}; ALTER DATABASE ${identifier(name)} CHARACTER SET ${characters} COLLATE ${collation}`;
}
