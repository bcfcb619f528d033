import { absent } from '@hostwright/core';
import { captured, describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MysqlTable, type MysqlTableSpec } from './mysql-table.ts';

const debian12 = captured(import.meta, 'mysql-table.debian-12');
const debian13 = captured(import.meta, 'mysql-table.debian-13');
const { driver, diff } = MysqlTable.type;
if (driver.via !== 'shell') throw new Error('MysqlTable is read through a shell');

const users: MysqlTableSpec = {
  database: 'mail',
  name: 'users',
  columns: {
    id: { type: 'bigint', counts: true },
    email: { type: 'varchar(254)' },
    password: { type: 'varchar(512)' },
    quota_mib: { type: 'bigint', nullable: true },
    active: { type: 'tinyint(1)', default: 1 },
  },
  primaryKey: ['id'],
  unique: { idx_email: ['email'] },
};
const aliases: MysqlTableSpec = {
  database: 'mail',
  name: 'aliases',
  columns: { source: { type: 'varchar(254)' }, destination: { type: 'varchar(254)' } },
  primaryKey: ['source', 'destination'],
};
const more: MysqlTableSpec = {
  ...users,
  columns: { ...users.columns, kind: { type: 'varchar(8)', default: 'user' } },
  indexes: { idx_active: ['active'], idx_email2: ['email'] },
};

describeResource(MysqlTable, {
  valid: [users, aliases, more],
  invalid: {
    'an index of a column that is not there': { ...aliases, unique: { a: ['b'] } },
    'a type with a statement behind it': { ...aliases, columns: { a: { type: 'int; DROP' } } },
    'a name with a backquote': { ...aliases, name: 'a`b' },
    'no column': { ...aliases, columns: {}, primaryKey: ['a'] },
  },
  converged: {
    'Debian 12': [debian12, [users, aliases]],
    'Debian 13': [debian13, [users, aliases]],
  },
  drifted: {
    'Debian 12': [debian12, [more, { ...aliases, primaryKey: ['source'] }]],
    'Debian 13': [debian13, [{ ...users, unique: { idx_email: ['email', 'active'] } }]],
  },
});

test('a table is made with all its indexes, and one that is there only gets what it lacks', () => {
  const made = driver.apply([{ spec: users, reading: absent, fields: [] }]).script;
  expect(made).toContain('CREATE TABLE IF NOT EXISTS `mail`.`users`');
  expect(made).toContain('UNIQUE INDEX `idx_email` (`email`)');
  const [reading] = driver.parse(debian12, [more]);
  if (reading?.is !== 'present') throw new Error('it was not read');
  const fields = diff(more, reading);
  const { script } = driver.apply([{ spec: more, reading, fields }]);
  expect(script).toContain(
    "ALTER TABLE `mail`.`users` ADD COLUMN `kind` varchar(8) NOT NULL DEFAULT '\\''user'\\'', ADD INDEX `idx_active` (`active`), ADD INDEX `idx_email2` (`email`)",
  );
});

test('a table that is not there is absent, whatever else is', () => {
  const readings = driver.parse(debian13, [{ database: 'mail', name: 'nosuch' }, users]);
  expect(readings.map(({ is }) => is)).toEqual(['absent', 'present']);
});
