import { defineResource, type Secret } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { mysqlCommands, mysqlEdges } from './mysql-client.ts';
import { type ObservedRows, parseRows, probeRows } from './read-rows.ts';
import { namePattern } from './sql-text.ts';
import { applyRows, keyOf, rowsDiff } from './write-rows.ts';

const name = (description: string) =>
  Type.String({ pattern: namePattern, maxLength: 64, description });

const columnNames = (description: string, minItems: number) =>
  Type.Array(name('Name of a column.'), { minItems, maxItems: 32, uniqueItems: true, description });

const schema = Type.Object(
  {
    database: name('Database that the table is in.'),
    table: name('Name of the table.'),
    key: columnNames(
      'Columns that tell the rows apart. The table needs a unique index on them.',
      1,
    ),
    columns: columnNames('Columns beside the key. Others keep what they have.', 0),
    secretColumns: Type.Optional(
      columnNames(
        'Those of `columns` whose values never show and are compared by their hash. Default: none.',
        0,
      ),
    ),
    rows: Type.Array(
      Type.Record(
        Type.String({ pattern: namePattern }),
        Type.Union([
          Type.Integer(),
          Type.Null(),
          Type.Unsafe<string | Secret>(Type.String({ pattern: '^[^\\u0000]*$', maxLength: 4096 })),
        ]),
        { additionalProperties: false },
      ),
      {
        maxItems: 100_000,
        description:
          'Rows: values by column, each with every column of `key` and `columns`; those of `secretColumns` may be `secret()`.',
      },
    ),
    mark: Type.Optional(
      name(
        'Column of whole numbers, 0 by default, that tells rows of the playbook from those of others: it is 1 in every row that is declared, and rows that have it and are declared no more are removed. Default: there is none.',
      ),
    ),
    others: Type.Optional(
      Type.Union([Type.Literal('keep'), Type.Literal('remove')], {
        description:
          'What becomes of rows that are not declared: `keep` (default), for a table that others write to as well, or `remove`. With `mark`, those that others wrote are meant.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type MysqlRowsSpec = Readonly<Static<typeof schema>>;

/**
 * Rows of one table of MariaDB, told apart by key columns. A value that is secret is compared by its hash, and neither
 * side of it shows.
 *
 * Identity: `database.table`, once per host.
 * Units: none.
 * Cost: one query per host to probe, which reads the declared columns of the tables; one call of the client to apply.
 * Limits: 100,000 rows; made for tables of accounts and the like, not for data.
 * Errors: PROBE_FAILED where the user of the run may not log in; APPLY_FAILED with what the server said.
 * Source: MariaDB Server documentation, "INSERT ON DUPLICATE KEY UPDATE". Captured on Debian 12 (MariaDB 10.11) and 13 (11.8).
 * @example MysqlRows({ database: 'mail', table: 'domains', key: ['name'], columns: [], rows: [{ name: 'example.com' }], others: 'remove' })
 */
export const MysqlRows = defineResource({
  kind: 'MysqlRows',
  schema,
  keys: ['database', 'table', 'key', 'columns', 'secretColumns', 'mark'],
  secrets: ['rows'],
  identity: ({ database, table }) => `${database}.${table}`,
  edges: ({ database, table }) => ({
    after: [...mysqlEdges, `mysql-database:${database}`, `mysql-table:${database}.${table}`],
  }),
  check: checkRows,
  driver: {
    via: 'shell',
    exclusive: ['mysql'],
    commands: mysqlCommands,
    probe: probeRows,
    parse: parseRows,
    apply: applyRows,
  },
  diff: rowsDiff,
  outputs: (_spec, { rows }: ObservedRows) => ({
    /** How many rows the table has. */
    count: rows.length,
  }),
});

type RowsKeys = Pick<MysqlRowsSpec, 'key' | 'columns'> & Partial<MysqlRowsSpec>;

function checkRows({
  key,
  columns,
  secretColumns = [],
  mark,
  rows = [],
}: RowsKeys): readonly string[] {
  const all = [...key, ...columns];
  const keys = rows.map((row) => keyOf({ key }, row));
  const isWhole = (row: object) =>
    Object.keys(row).length === all.length && all.every((column) => column in row);
  return [
    ...(new Set(all).size < all.length ? ['A column stands twice in key and columns.'] : []),
    ...(mark !== undefined && all.includes(mark)
      ? [`The column ${mark} is the mark, and stands in key or columns as well.`]
      : []),
    ...secretColumns
      .filter((column) => !columns.includes(column))
      .map((column) => `The secret column ${column} is none of columns.`),
    ...(rows.every(isWhole) ? [] : [`Each row gives ${all.join(', ')}, and nothing else.`]),
    ...(new Set(keys).size < keys.length ? ['Two rows have the same key.'] : []),
  ];
}
