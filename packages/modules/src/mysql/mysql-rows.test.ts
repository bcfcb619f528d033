import { absent, secret } from '@hostwright/core';
import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MysqlRows, type MysqlRowsSpec } from './mysql-rows.ts';

const debian12 = captured(import.meta, 'mysql-rows.debian-12');
const debian13 = captured(import.meta, 'mysql-rows.debian-13');
const { driver, diff } = MysqlRows.type;
if (driver.via !== 'shell') throw new Error('MysqlRows is read through a shell');

const people: MysqlRowsSpec = {
  database: 'capture',
  table: 'people',
  key: ['email'],
  columns: ['password', 'quota_mib'],
  secretColumns: ['password'],
  rows: [
    { email: 'anna@example.com', password: secret('hash of anna'), quota_mib: 512 },
    { email: 'ben@example.com', password: secret('hash of ben'), quota_mib: null },
  ],
  others: 'remove',
};
const words: MysqlRowsSpec = {
  database: 'capture',
  table: 'words',
  key: ['source', 'destination'],
  columns: [],
  rows: [{ source: 'tab\tand \\ backslash', destination: 'Grüße' }],
};
const fewer: MysqlRowsSpec = {
  ...people,
  rows: [{ email: 'anna@example.com', password: secret('another hash'), quota_mib: 1 }],
};

describeResource(MysqlRows, {
  valid: [people, words, { ...people, mark: 'declared' }],
  invalid: {
    'a row without its key': { ...words, rows: [{ source: 'a' }] },
    'a row with a column too many': { ...words, rows: [{ source: 'a', destination: 'b', c: 1 }] },
    'two rows of one key': { ...words, rows: [...words.rows, ...words.rows] },
    'two rows of one key, but for upper case': {
      ...words,
      rows: [
        { source: 'a', destination: 'b' },
        { source: 'A', destination: 'b' },
      ],
    },
    'a mark that is a column as well': { ...people, mark: 'quota_mib' },
    'a secret column that is none': { ...words, secretColumns: ['a'] },
    'a table with a backquote': { ...words, table: 'a`b' },
  },
  converged: {
    'Debian 12': [debian12, [people, words]],
    'Debian 13': [debian13, [people, words]],
  },
  isNeverAbsent: true,
  drifted: { 'Debian 12': [debian12, [fewer]], 'Debian 13': [debian13, [fewer]] },
});

test('each row is a field, others are removed where that is asked for, and nothing secret shows', () => {
  const [reading] = driver.parse(debian12, [fewer]);
  if (reading?.is !== 'present') throw new Error('it was not read');
  const fields = diff(fewer, reading);
  expect(fields).toEqual([
    {
      field: 'row anna@example.com',
      from: 'password=<secret>, quota_mib=512',
      to: 'password=<secret>, quota_mib=1',
    },
    { field: 'row ben@example.com', from: 'password=<secret>, quota_mib=NULL', to: null },
  ]);
  expect(diff({ ...fewer, others: 'keep' }, reading)).toHaveLength(1);
  const { script } = driver.apply([{ spec: fewer, reading, fields }]);
  expect(script.match(/INSERT INTO/g)).toHaveLength(1);
  expect(script).toContain('DELETE FROM `capture`.`people` WHERE `email` = _utf8mb4 0x');
});

test('texts travel in hexadecimal, so that no statement can be made of them', () => {
  const rows = [{ source: "'; DROP TABLE words; --", destination: '' }];
  const { script } = driver.apply([{ spec: { ...words, rows }, reading: absent, fields: [] }]);
  expect(script).not.toContain('DROP');
  expect(script).toContain(
    "VALUES (_utf8mb4 0x273b2044524f50205441424c4520776f7264733b202d2d, '\\'''\\'')",
  );
});

test('a table that is not there yet is unknown', () => {
  const [, , reading] = driver.parse(debian13, [people, words, { ...words, table: 'nosuch' }]);
  expect(reading).toMatchObject({ is: 'unknown' });
});

/** Rows as the host answers: a dot, then the value in hexadecimal. */
function answer(rows: readonly (readonly string[])[]) {
  const cell = (text: string) => `.${Buffer.from(text).toString('hex').toUpperCase()}`;
  const rowLines = rows.map((row) => `${row.map(cell).join('\t')}\n`);
  return probeOutput(`== table\nrows\n${rowLines.join('')}`);
}

function changesIn(spec: MysqlRowsSpec, rows: readonly (readonly string[])[]) {
  const [reading] = driver.via === 'shell' ? driver.parse(answer(rows), [spec]) : [];
  if (reading?.is !== 'present') throw new Error('it was not read');
  const fields = diff(spec, reading);
  const { script } =
    driver.via === 'shell' ? driver.apply([{ spec, reading, fields }]) : { script: '' };
  return { fields, script };
}

const team: MysqlRowsSpec = {
  database: 'mail',
  table: 'users',
  key: ['email'],
  columns: ['quota_mib'],
  mark: 'declared',
  rows: [
    { email: 'anna@example.com', quota_mib: 1 },
    { email: 'ben@example.com', quota_mib: 2 },
  ],
};

test('with a mark, a row that is declared no more goes, and one that others wrote stays', () => {
  const { fields, script } = changesIn(team, [
    ['anna@example.com', '1', '1'],
    ['ben@example.com', '2', '1'],
    ['gone@example.com', '3', '1'],
    ['others@example.com', '4', '0'],
  ]);
  expect(fields).toEqual([
    { field: 'row gone@example.com', from: 'quota_mib=3, declared=1', to: null },
  ]);
  expect(script.match(/DELETE FROM/g)).toHaveLength(1);
  expect(script).not.toContain('INSERT');
});

test('rows are marked when they are written, and so are those that were there before the mark', () => {
  const { fields, script } = changesIn(team, [['anna@example.com', '1', '0']]);
  expect(fields).toEqual([
    {
      field: 'row anna@example.com',
      from: 'quota_mib=1, declared=0',
      to: 'quota_mib=1, declared=1',
    },
    { field: 'row ben@example.com', from: null, to: 'quota_mib=2, declared=1' },
  ]);
  expect(script).toContain('(`email`, `quota_mib`, `declared`) VALUES (');
  expect(
    script.match(/, 1\) ON DUPLICATE KEY UPDATE .*`declared` = VALUES\(`declared`\)/g),
  ).toHaveLength(2);
});

test('without a mark, what is not declared stays unless others are to be removed', () => {
  const { mark: _, ...plain } = team;
  const rows = [
    ['anna@example.com', '1'],
    ['ben@example.com', '2'],
    ['gone@example.com', '3'],
  ];
  expect(changesIn(plain, rows).fields).toEqual([]);
  expect(changesIn({ ...plain, others: 'remove' }, rows).fields).toHaveLength(1);
});

test('rows whose keys read alike when put together are two rows', () => {
  const pairs: MysqlRowsSpec = { ...words, rows: [{ source: 'a b', destination: 'c' }] };
  expect(changesIn(pairs, [['a', 'b c']]).fields).toHaveLength(1);
});
