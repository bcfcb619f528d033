import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MysqlDatabase } from './mysql-database.ts';

const debian12 = captured(import.meta, 'mysql-database.debian-12');
const debian13 = captured(import.meta, 'mysql-database.debian-13');
const { driver } = MysqlDatabase.type;
if (driver.via !== 'shell') throw new Error('MysqlDatabase is read through a shell');

const mail = { name: 'mail' };
const gone = { name: 'nosuch', ensure: 'absent' as const };
const other = { name: 'mail', collation: 'utf8mb4_bin' };

describeResource(MysqlDatabase, {
  valid: [mail, gone, other],
  invalid: {
    'a name with a quote': { name: "a'b" },
    'a database of the server': { name: 'mysql' },
    'a collation with a blank': { name: 'mail', collation: 'utf8mb4_bin; x' },
  },
  converged: { 'Debian 12': [debian12, [mail, gone]], 'Debian 13': [debian13, [mail, gone]] },
  drifted: {
    'Debian 12': [debian12, [other]],
    'Debian 13': [debian13, [other]],
  },
});

test('a server that does not run is unknown, and a refused login is an error; neither is absence', () => {
  const said = (text: string) => driver.parse(probeOutput(`failed\n${text}\n`), [mail])[0];
  expect(said("ERROR 2002 (HY000): Can't connect to local server")).toMatchObject({
    is: 'unknown',
  });
  expect(said("ERROR 1698 (28000): Access denied for user 'x'@'localhost'")).toMatchObject({
    is: 'unreadable',
    error: { code: 'PROBE_FAILED' },
  });
});

test('changes travel in one call, and the client does not get to repeat a statement', () => {
  const changes = [mail, gone].map((spec) => ({
    spec,
    reading: { is: 'absent' as const },
    fields: [],
  }));
  const { script } = driver.apply(changes);
  expect(script.match(/mariadb --batch/g)).toHaveLength(1);
  expect(script).toContain("grep '^ERROR '");
});
