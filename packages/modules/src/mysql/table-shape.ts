import { identifier } from './sql-text.ts';

/** A column as it is declared or was found. */
export interface ColumnShape {
  readonly type: string;
  readonly nullable?: boolean;
  readonly default?: string | number;
  readonly counts?: boolean;
}

export interface TableShape {
  readonly columns: Readonly<Record<string, ColumnShape>>;
  readonly primaryKey: readonly string[];
  readonly unique?: Readonly<Record<string, readonly string[]>>;
  readonly indexes?: Readonly<Record<string, readonly string[]>>;
}

/** Columns and indexes by name, in the words that would make them. */
export interface ObservedTable {
  readonly columns: Readonly<Record<string, string>>;
  readonly indexes: Readonly<Record<string, string>>;
}

/** One form for what is wanted and what is there, which is SQL as well. */
export function columnText({ type, nullable, default: preset, counts }: ColumnShape): string {
  return [
    plainType(type),
    nullable === true ? 'NULL' : 'NOT NULL',
    ...(preset === undefined ? [] : [`DEFAULT ${presetText(preset)}`]),
    ...(counts === true ? ['AUTO_INCREMENT'] : []),
  ].join(' ');
}

/** The width of an integer says nothing of what it holds, and MariaDB shows one that was not given. */
function plainType(type: string): string {
  return type.replace(/^((?:tiny|small|medium|big)?int)\(\d+\)/, '$1');
}

function presetText(preset: string | number): string {
  return /^-?\d+$/.test(String(preset)) ? String(preset) : `'${preset}'`;
}

export function indexText(name: string, isUnique: boolean, columns: readonly string[]): string {
  const list = columns.map(identifier).join(', ');
  if (name === 'PRIMARY') return `PRIMARY KEY (${list})`;
  return `${isUnique ? 'UNIQUE INDEX' : 'INDEX'} ${identifier(name)} (${list})`;
}

/** All indexes that a table is to have, the primary key first. */
export function wantedIndexes({ primaryKey, unique = {}, indexes = {} }: TableShape) {
  const rows = [
    ['PRIMARY', true, primaryKey] as const,
    ...Object.entries(unique).map(([name, columns]) => [name, true, columns] as const),
    ...Object.entries(indexes).map(([name, columns]) => [name, false, columns] as const),
  ];
  return rows.map(([name, isUnique, columns]) => ({
    name,
    text: indexText(name, isUnique, columns),
  }));
}
