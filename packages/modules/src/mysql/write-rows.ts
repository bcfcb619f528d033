import { createHash } from 'node:crypto';
import {
  type Difference,
  type FieldDiff,
  type Reading,
  reveal,
  Secret,
  type Sh,
} from '@hostwright/core';
import { tellServer } from './mysql-client.ts';
import type { MysqlRowsSpec } from './mysql-rows.ts';
import type { ObservedRow, ObservedRows } from './read-rows.ts';
import { identifier, textLiteral } from './sql-text.ts';

type Row = MysqlRowsSpec['rows'][number];

const hidden = '<secret>';

/** What the mark of a row of the playbook is. */
const ours = '1';

/** One field for each row that is missing, differs, or is to go. */
export function rowsDiff(
  spec: MysqlRowsSpec,
  reading: Extract<Reading<ObservedRows>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const { written, removed } = changesOf(spec, reading);
  return [
    ...written.map(({ row, found }) => ({
      field: `row ${keyText(spec, row)}`,
      from: found === undefined ? null : shown(spec, found),
      to: shown(spec, marked(spec, row)),
    })),
    ...removed.map((row) => ({
      field: `row ${keyText(spec, row)}`,
      from: shown(spec, row),
      to: null,
    })),
  ];
}

interface RowChanges {
  readonly written: readonly { readonly row: Row; readonly found: ObservedRow | undefined }[];
  readonly removed: readonly ObservedRow[];
}

function changesOf(
  spec: MysqlRowsSpec,
  reading: Extract<Reading<ObservedRows>, { is: 'present' | 'absent' }>,
): RowChanges {
  const there = reading.is === 'present' ? reading.observed.rows : [];
  const found = new Map(there.map((row) => [keyOf(spec, row), row]));
  const wanted = new Set(spec.rows.map((row) => keyOf(spec, row)));
  return {
    written: spec.rows
      .map((row) => ({ row, found: found.get(keyOf(spec, row)) }))
      .filter((pair) => pair.found === undefined || !isSame(spec, pair.row, pair.found)),
    removed: there.filter((row) => isUnwanted(spec, row) && !wanted.has(keyOf(spec, row))),
  };
}

/** Whether a row goes where it is not declared: every one, or the one that was declared before. */
function isUnwanted({ others, mark }: MysqlRowsSpec, row: ObservedRow): boolean {
  return others === 'remove' || (mark !== undefined && row[mark] === ours);
}

function isSame(
  { columns, secretColumns = [], mark }: MysqlRowsSpec,
  row: Row,
  found: ObservedRow,
): boolean {
  if (mark !== undefined && found[mark] !== ours) return false;
  return columns.every((column) => {
    const text = textOf(row[column]);
    const isHash = secretColumns.includes(column) && text !== null;
    return (isHash ? createHash('sha256').update(text).digest('hex') : text) === found[column];
  });
}

/** Tells rows apart, without regard to case, as the collation of MariaDB does. */
export function keyOf({ key }: Pick<MysqlRowsSpec, 'key'>, row: Row | ObservedRow): string {
  return JSON.stringify(key.map((column) => textOf(row[column])?.toLowerCase() ?? null));
}

/** The same for people. */
function keyText({ key }: MysqlRowsSpec, row: Row | ObservedRow): string {
  return key.map((column) => textOf(row[column])?.toLowerCase()).join(' ');
}

function textOf(value: Row[string] | undefined): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Secret ? reveal(value) : String(value);
}

/** A declared row as it is written. */
function marked({ mark }: MysqlRowsSpec, row: Row): Row {
  return mark === undefined ? row : { ...row, [mark]: Number(ours) };
}

function shown(
  { columns, secretColumns = [], mark }: MysqlRowsSpec,
  row: Row | ObservedRow,
): string {
  const all = mark === undefined ? columns : [...columns, mark];
  const parts = all.map((column) => {
    const isHidden = secretColumns.includes(column) || row[column] instanceof Secret;
    return `${column}=${isHidden ? hidden : (textOf(row[column]) ?? 'NULL')}`;
  });
  return parts.join(', ') || 'exists';
}

/** Each table's rows in the order given, removals last. */
export function applyRows(differences: readonly Difference<MysqlRowsSpec, ObservedRows>[]): Sh {
  return tellServer(
    differences.flatMap(({ spec, reading }) => {
      const table = `${identifier(spec.database)}.${identifier(spec.table)}`;
      const { written, removed } = changesOf(spec, reading);
      return [
        ...written.map(({ row }) => insertion(spec, table, marked(spec, row))),
        ...removed.map((row) => {
          const conditions = spec.key.map(
            (column) => `${identifier(column)} = ${valueText(row[column])}`,
          );
          return `DELETE FROM ${table} WHERE ${conditions.join(' AND ')}`;
        }),
      ];
    }),
  );
}

function insertion({ key, columns, mark }: MysqlRowsSpec, table: string, row: Row): string {
  const all = [...key, ...columns, ...(mark === undefined ? [] : [mark])];
  const names = all.map(identifier);
  const updates = names.map((name) => `${name} = VALUES(${name})`);
  const values = all.map((column) => valueText(row[column]));
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')}) ON DUPLICATE KEY UPDATE ${updates.join(', ')}`;
}

function valueText(value: Row[string] | undefined): string {
  const text = textOf(value);
  if (text === null) return 'NULL';
  return typeof value === 'number' ? text : textLiteral(text);
}
