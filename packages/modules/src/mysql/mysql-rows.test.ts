import { absent, secret } from '@hostwright/core';
import { captured, describeResource } from '@hostwright/core/testing';
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
  valid: [people, words],
  invalid: {
    'a row without its key': { ...words, rows: [{ source: 'a' }] },
    'a row with a column too many': { ...words, rows: [{ source: 'a', destination: 'b', c: 1 }] },
    'two rows of one key': { ...words, rows: [...words.rows, ...words.rows] },
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
