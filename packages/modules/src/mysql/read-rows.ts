import {
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
  unknown,
} from '@hostwright/core';
import { askServer, rowsOf } from './mysql-client.ts';
import { identifier } from './sql-text.ts';

/** Values of one row by column, NULL as null; those of secret columns as the SHA-256 of their text. */
export type ObservedRow = Readonly<Record<string, string | null>>;

export interface ObservedRows {
  readonly rows: readonly ObservedRow[];
}

export interface RowsPlace {
  readonly database: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  readonly secretColumns?: readonly string[];
  readonly mark?: string;
}

/** Before the answer for each table. No value can look like it, since values are hexadecimal. */
const mark = '== table';

export function probeRows(specs: readonly RowsPlace[]): Sh {
  return lines(specs.flatMap((spec) => [sh`echo ${mark}`, askServer(question(spec))]));
}

function question({ database, table, secretColumns = [], ...place }: RowsPlace): string {
  const values = columnsOf(place).map((column) => {
    const text = `CAST(${identifier(column)} AS CHAR)`;
    return secretColumns.includes(column) ? `SHA2(${text}, 256)` : `HEX(${text})`;
  });
  return `SELECT ${values.map((value) => `CONCAT('.', ${value})`).join(', ')} FROM ${identifier(database)}.${identifier(table)}`;
}

/** All that is read of a row. */
function columnsOf({ key, columns, mark }: Pick<RowsPlace, 'key' | 'columns' | 'mark'>) {
  return [...key, ...columns, ...(mark === undefined ? [] : [mark])];
}

export function parseRows(
  { stdout, ...output }: ProbeOutput,
  specs: readonly RowsPlace[],
): readonly Reading<ObservedRows>[] {
  const parts = stdout.split(`${mark}\n`).slice(1);
  return specs.map((spec, index): Reading<ObservedRows> => {
    const part = parts[index] ?? '';
    // 1049, 1146, 1054: no such database, table, column.
    if (/^ERROR (1049|1146|1054) /m.test(part)) {
      return unknown(`the table ${spec.database}.${spec.table} is not as it is needed`);
    }
    const answer = rowsOf({ ...output, stdout: part });
    if ('reading' in answer) return answer.reading;
    return present({ rows: answer.rows.map((cells) => rowOf(spec, cells)) });
  });
}

function rowOf({ secretColumns = [], ...place }: RowsPlace, cells: readonly string[]): ObservedRow {
  return Object.fromEntries(
    columnsOf(place).map((column, index) => {
      const cell = cells[index] ?? 'NULL';
      if (cell === 'NULL') return [column, null];
      const text = cell.slice(1);
      const isHash = secretColumns.includes(column);
      return [column, isHash ? text : Buffer.from(text, 'hex').toString()];
    }),
  );
}
