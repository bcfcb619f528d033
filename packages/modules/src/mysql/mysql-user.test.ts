import { absent, secret } from '@hostwright/core';
import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MysqlUser } from './mysql-user.ts';
import { nativeHash } from './write-mysql-users.ts';

const debian12 = captured(import.meta, 'mysql-user.debian-12');
const debian13 = captured(import.meta, 'mysql-user.debian-13');
const { driver, diff } = MysqlUser.type;
if (driver.via !== 'shell') throw new Error('MysqlUser is read through a shell');

const select = ['SELECT' as const];
const reader = {
  name: 'mailreader',
  password: secret('reader-of-accounts'),
  grants: { 'mail.users': select, 'mail.domains': select, 'mail.aliases': select },
};
const gone = { name: 'nosuch', ensure: 'absent' as const };
const backup = { name: 'backup', grants: { 'capture.*': ['SELECT' as const, 'INSERT' as const] } };

describeResource(MysqlUser, {
  valid: [
    reader,
    gone,
    { ...backup, host: '192.0.2.1' },
    { name: 'plain', password: 'x y z w v u' },
  ],
  invalid: {
    'a name with a quote': { name: "a'b" },
    'an account of the server': { name: 'root' },
    'a privilege on everything': { name: 'a', grants: { '*.*': ['SELECT'] } },
    'a privilege that is none': { name: 'a', grants: { 'a.*': ['ALL; DROP'] } },
    'a password of two lines': { name: 'a', password: 'a\nb' },
  },
  converged: { 'Debian 12': [debian12, [reader, gone]], 'Debian 13': [debian13, [reader, gone]] },
  drifted: {
    'Debian 12': [debian12, [backup, { ...reader, password: secret('another-password') }]],
    'Debian 13': [debian13, [backup, { ...reader, ensure: 'absent' as const }]],
  },
});

test('privileges that are not declared are taken away, those on everything above all', () => {
  const [reading] = driver.parse(debian13, [backup]);
  if (reading?.is !== 'present') throw new Error('it was not read');
  const fields = diff(backup, reading);
  expect(fields).toEqual([
    { field: 'grants *.*', from: 'SELECT', to: null },
    { field: 'grants capture.*', from: 'GRANT OPTION, INSERT, SELECT', to: 'INSERT, SELECT' },
  ]);
  const { script } = driver.apply([{ spec: backup, reading, fields }]);
  expect(script).toContain("REVOKE SELECT ON *.* FROM '\\''backup'\\''@'\\''localhost'\\''");
  expect(script).toContain('REVOKE GRANT OPTION ON `capture`.* FROM');
  expect(script).not.toMatch(/\n\s*GRANT /);
});

test('in the name of a database for all tables, _ is no wildcard', () => {
  const spec = { name: 'a', grants: { 'my_db.*': select } };
  const { script } = driver.apply([{ spec, reading: absent, fields: [] }]);
  expect(script).toContain('GRANT SELECT ON `my\\_db`.* TO');
});

test('a grant for every database that a wildcard fits is another one, and is taken away by its own name', () => {
  const spec = { name: 'a', grants: { 'my_db.*': select } };
  const answer = (place: string) =>
    probeOutput(
      `rows\nU\t'a'@'localhost'\tunix_socket\tx\nG\t'a'@'localhost'\t${place}\tSELECT\tNO\nG\t'a'@'localhost'\t${place}\tINSERT\tNO\n`,
    );
  const [exact] = driver.parse(answer('my\\\\_db.*'), [spec]);
  const [wide] = driver.parse(answer('my_db.*'), [spec]);
  if (exact?.is !== 'present' || wide?.is !== 'present') throw new Error('it was not read');
  expect(diff(spec, exact)).toEqual([
    { field: 'grants my_db.*', from: 'INSERT, SELECT', to: 'SELECT' },
  ]);
  const fields = diff(spec, wide);
  expect(fields).toEqual([
    { field: 'grants `my_db`.*', from: 'INSERT, SELECT', to: null },
    { field: 'grants my_db.*', from: null, to: 'SELECT' },
  ]);
  const { script } = driver.apply([{ spec, reading: wide, fields }]);
  expect(script).toMatch(/REVOKE \S+ \S+ ON `my_db`\.\* FROM/);
  expect(script).toContain('GRANT SELECT ON `my\\_db`.* TO');
});

test('it comes after the server, whatever that is called', () => {
  expect(MysqlUser.type.edges({ name: 'a' }).after).toEqual(
    expect.arrayContaining(['unit:mysql.service', 'package:default-mysql-server']),
  );
});

test('a server that does not let the run in says what to do', () => {
  const denied = "failed\nERROR 1698 (28000): Access denied for user 'deploy'@'localhost'\n";
  expect(driver.parse(probeOutput(denied), [gone])).toMatchObject([
    { is: 'unreadable', error: { remedy: expect.stringContaining('become') } },
  ]);
});

test('only the hash of a password travels', () => {
  // SELECT PASSWORD('reader') of MariaDB.
  expect(nativeHash('reader')).toMatch(/^\*[0-9A-F]{40}$/);
  const { script } = driver.apply([{ spec: reader, reading: absent, fields: [] }]);
  expect(script).not.toContain('reader-of-accounts');
  expect(script).toContain(nativeHash('reader-of-accounts'));
});
