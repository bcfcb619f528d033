import { absent } from '@hostwright/core';
import { captured, describeResource, probeOutput } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MysqlVariable } from './mysql-variable.ts';

const debian12 = captured(import.meta, 'mysql-variable.debian-12');
const debian13 = captured(import.meta, 'mysql-variable.debian-13');
const { driver, diff } = MysqlVariable.type;
if (driver.via !== 'shell') throw new Error('MysqlVariable is read through a shell');

const connections = { name: 'max_connections', value: 200 };
const pool = { name: 'innodb_buffer_pool_size', value: '1024M' };
const names = { name: 'skip_name_resolve', value: true };

describeResource(MysqlVariable, {
  valid: [connections, pool, names],
  invalid: {
    'a name with a blank': { name: 'a b', value: 1 },
    'a value of two lines': { name: 'datadir', value: 'a\nb' },
    'a negative number': { name: 'max_connections', value: -1 },
  },
  converged: {
    'Debian 12': [debian12, [connections, pool]],
    'Debian 13': [debian13, [connections, pool]],
  },
  drifted: {
    'Debian 12': [
      debian12,
      [
        { ...connections, value: 100 },
        { ...pool, value: '2G' },
      ],
    ],
    'Debian 13': [debian13, [{ ...connections, value: 100 }]],
  },
  isNeverAbsent: true,
});

test('what is stored and what is in force are two fields; with the server down the first counts', () => {
  const fieldsOf = (stdout: string) => {
    const [reading] = driver.parse(probeOutput(stdout), [names]);
    if (reading?.is !== 'present') throw new Error('it was not read');
    return diff(names, reading).map(({ field }) => field);
  };
  expect(fieldsOf('server\nrows\nSKIP_NAME_RESOLVE\tOFF\n')).toEqual(['stored', 'live']);
  expect(fieldsOf('server\nrows\nSKIP_NAME_RESOLVE\tON\n')).toEqual(['stored']);
  expect(fieldsOf('F skip_name_resolve ON\nserver\nfailed\nERROR 2002 (HY000): no\n')).toEqual([]);
});

test('a number with a fraction is one for the server, however many digits it shows', () => {
  const slow = { name: 'long_query_time', value: '0.5' };
  const answer = 'F long_query_time 0.5\nserver\nrows\nLONG_QUERY_TIME\t0.500000\n';
  const [reading] = driver.parse(probeOutput(answer), [slow]);
  if (reading?.is !== 'present') throw new Error('it was not read');
  expect(diff(slow, reading)).toEqual([]);
  const { script } = driver.apply([{ spec: slow, reading, fields: [] }]);
  expect(script).toContain('SET GLOBAL long_query_time = 0.5;');
});

test('a value that the server refuses leaves the file as it was', () => {
  const { script } = driver.apply([{ spec: connections, reading: absent, fields: [] }]);
  expect(script.indexOf('hw_keep max_connections')).toBeLessThan(script.indexOf('hw_open /etc'));
  expect(script).toContain('hw_put_back max_connections');
});

test('one that the running server refuses takes a restart, once for all', () => {
  const changes = [names, connections].map((spec) => ({ spec, reading: absent, fields: [] }));
  const { script } = driver.apply(changes);
  expect(script.match(/hw_start_anew \$hw_restart/g)).toHaveLength(1);
  expect(script).toContain('SET GLOBAL skip_name_resolve = 1');
});
