import {
  absent,
  type Difference,
  defineResource,
  type FieldDiff,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import {
  askServer,
  mysqlCommands,
  mysqlEdges,
  orNull,
  rowsOf,
  tellServer,
} from './mysql-client.ts';
import { identifier, namePattern } from './sql-text.ts';
import {
  columnText,
  indexText,
  type ObservedTable,
  type TableShape,
  wantedIndexes,
} from './table-shape.ts';

const name = (description: string) =>
  Type.String({ pattern: namePattern, maxLength: 64, description });

const columnNames = (description: string) =>
  Type.Array(name('Name of a column.'), {
    minItems: 1,
    maxItems: 16,
    uniqueItems: true,
    description,
  });

const schema = Type.Object(
  {
    database: name('Database that the table is in.'),
    name: name('Name of the table: letters, digits and `_`, at most 64.'),
    columns: Type.Record(
      Type.String({ pattern: namePattern }),
      Type.Object(
        {
          type: Type.String({
            pattern: '^[a-z]+(\\([0-9]{1,5}(,[0-9]{1,2})?\\))?( unsigned)?$',
            maxLength: 64,
            description:
              'Type as MariaDB names it in lower case: `varchar(254)`, `bigint`, `tinyint(1)`.',
          }),
          nullable: Type.Optional(
            Type.Boolean({ description: 'Whether it may be NULL. Default: false.' }),
          ),
          default: Type.Optional(
            Type.Union(
              [Type.Integer(), Type.String({ pattern: '^[A-Za-z0-9_.@-]*$', maxLength: 64 })],
              {
                description: 'Value of new rows that give none. Default: there is none.',
              },
            ),
          ),
          counts: Type.Optional(
            Type.Boolean({
              description: 'True: new rows get the next number (AUTO_INCREMENT). Default: false.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
      {
        additionalProperties: false,
        description: 'Columns, by name. Columns of the host that are not named are left alone.',
      },
    ),
    primaryKey: columnNames('Columns that tell rows apart.'),
    unique: Type.Optional(
      Type.Record(Type.String({ pattern: namePattern }), columnNames('Columns of the index.'), {
        additionalProperties: false,
        description: 'Indexes that let no two rows be equal, by name. Default: none.',
      }),
    ),
    indexes: Type.Optional(
      Type.Record(Type.String({ pattern: namePattern }), columnNames('Columns of the index.'), {
        additionalProperties: false,
        description: 'Indexes for speed alone, by name. Default: none.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type MysqlTableSpec = Readonly<Static<typeof schema>>;

/**
 * One table of MariaDB: its columns and indexes. Nothing is ever dropped but an index that has the name and not the
 * columns; a column that differs is modified, and the server refuses where values would be lost.
 *
 * Identity: `database.name`, once per host.
 * Units: none.
 * Cost: one query per host to probe (30 ms), one call of the client to apply.
 * Errors: PROBE_FAILED where the user of the run may not log in; APPLY_FAILED with what the server said, such as two rows that a new unique index does not allow.
 * Source: MariaDB Server documentation, "Information Schema COLUMNS Table", "ALTER TABLE". Captured on Debian 12 (MariaDB 10.11) and 13 (11.8).
 * @example MysqlTable({ database: 'mail', name: 'users', columns: { email: { type: 'varchar(254)' } }, primaryKey: ['email'] })
 */
export const MysqlTable = defineResource({
  kind: 'MysqlTable',
  schema,
  keys: ['database', 'name'],
  identity: ({ database, name: table }) => `${database}.${table}`,
  provides: (spec) => [
    `mysql-table:${spec.database}.${spec.name}`,
    `mysql-table:${spec.database}.*`,
  ],
  edges: (spec) => ({ after: [...mysqlEdges, `mysql-database:${spec.database}`] }),
  check: checkTable,
  driver: {
    via: 'shell',
    exclusive: ['mysql'],
    commands: mysqlCommands,
    probe: probeTables,
    parse: parseTables,
    apply: (differences) => tellServer(differences.map(statementFor)),
  },
  diff: tableDiff,
});

function checkTable(spec: Partial<MysqlTableSpec>): readonly string[] {
  const { columns = {}, primaryKey = [], unique = {}, indexes = {} } = spec;
  const used = [primaryKey, ...Object.values(unique), ...Object.values(indexes)].flat();
  return [
    ...[...new Set(used)]
      .filter((column) => !(column in columns))
      .map((column) => `There is no column ${column} for a key or an index.`),
    ...(Object.keys(columns).length === 0 ? ['A table needs a column.'] : []),
    ...Object.keys(unique)
      .filter((index) => index in indexes)
      .map((index) => `The index ${index} is given twice.`),
  ];
}

function probeTables(specs: readonly Pick<MysqlTableSpec, 'database' | 'name'>[]): Sh {
  const tables = specs.map(({ database, name: table }) => `('${database}', '${table}')`).join(', ');
  const where = `WHERE (TABLE_SCHEMA, TABLE_NAME) IN (${tables})`;
  return askServer(`SELECT 'C', TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA FROM information_schema.COLUMNS ${where};
SELECT 'I', TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) FROM information_schema.STATISTICS ${where}
GROUP BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE`);
}

function parseTables(
  output: ProbeOutput,
  specs: readonly Pick<MysqlTableSpec, 'database' | 'name'>[],
): readonly Reading<ObservedTable>[] {
  const answer = rowsOf(output);
  if ('reading' in answer) return specs.map(() => answer.reading);
  return specs.map(({ database, name: table }): Reading<ObservedTable> => {
    const own = answer.rows.filter(([, inside, of]) => inside === database && of === table);
    const columns = own
      .filter(([kind]) => kind === 'C')
      .map(([, , , column = '', type = '', nullable, preset, extra = '']) => {
        const shape = {
          type,
          nullable: nullable === 'YES',
          counts: extra.includes('auto_increment'),
        };
        return [column, columnText({ ...shape, ...presetOf(orNull(preset)) })] as const;
      });
    const indexes = own
      .filter(([kind]) => kind === 'I')
      .map(([, , , index = '', isMany, names = '']) => {
        return [index, indexText(index, isMany === '0', names.split(','))] as const;
      });
    if (columns.length === 0) return absent;
    return present({ columns: Object.fromEntries(columns), indexes: Object.fromEntries(indexes) });
  });
}

/** MariaDB shows a text with its quotes and a number without. */
function presetOf(text: string | null): { readonly default?: string } {
  return text === null ? {} : { default: text.replaceAll("'", '') };
}

function tableDiff(
  spec: MysqlTableSpec,
  reading: Extract<Reading<ObservedTable>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const found = reading.is === 'present' ? reading.observed : { columns: {}, indexes: {} };
  const columns = Object.entries(spec.columns).map(([column, shape]) => ({
    field: `column ${column}`,
    from: found.columns[column] ?? null,
    to: columnText(shape),
  }));
  const indexes = wantedIndexes(spec).map(({ name: index, text }) => ({
    field: `index ${index}`,
    from: found.indexes[index] ?? null,
    to: text,
  }));
  const differing = [...columns, ...indexes].filter(({ from, to }) => from !== to);
  return reading.is === 'present'
    ? differing
    : [{ field: 'exists', from: false, to: true }, ...differing];
}

function statementFor({
  spec,
  reading,
  fields,
}: Difference<MysqlTableSpec, ObservedTable>): string {
  const table = `${identifier(spec.database)}.${identifier(spec.name)}`;
  if (reading.is === 'absent') return `CREATE TABLE IF NOT EXISTS ${table} (${definitions(spec)})`;
  const changed = new Map(fields.map(({ field, from }) => [field, from]));
  const columns = Object.entries(spec.columns)
    .filter(([column]) => changed.has(`column ${column}`))
    .map(([column, shape]) => {
      const verb = changed.get(`column ${column}`) === null ? 'ADD' : 'MODIFY';
      return `${verb} COLUMN ${identifier(column)} ${columnText(shape)}`;
    });
  const indexes = wantedIndexes(spec)
    .filter(({ name: index }) => changed.has(`index ${index}`))
    .flatMap(({ name: index, text }) => {
      const isPrimary = index === 'PRIMARY';
      const drop = isPrimary ? 'DROP PRIMARY KEY' : `DROP INDEX ${identifier(index)}`;
      return [...(changed.get(`index ${index}`) === null ? [] : [drop]), `ADD ${text}`];
    });
  return `ALTER TABLE ${table} ${[...columns, ...indexes].join(', ')}`;
}

function definitions(spec: TableShape): string {
  const columns = Object.entries(spec.columns).map(
    ([column, shape]) => `${identifier(column)} ${columnText(shape)}`,
  );
  return [...columns, ...wantedIndexes(spec).map(({ text }) => text)].join(', ');
}
