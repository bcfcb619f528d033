import { expect, test } from '@jest/globals';
import { controller, inventory } from '../declare/inventory.ts';
import { limitHosts } from './limit.ts';

const hosts = inventory({
  hosts: {
    web1: { groups: ['web', 'eu'] },
    web2: { groups: ['web', 'us'] },
    db1: { groups: ['db', 'eu'] },
    db2: { groups: ['db', 'us'] },
  },
});
const limited = (limit: string | readonly string[]) => [...limitHosts(hosts, controller, limit)];

test.each([
  ['db1', ['db1']],
  ['web', ['web1', 'web2']],
  ['db1, web', ['db1', 'web1', 'web2']],
  ['web*', ['web1', 'web2']],
  ['?b1', ['db1']],
  ['e*', ['web1', 'db1']],
  ['web&eu', ['web1']],
  ['db*&us,web1', ['db2', 'web1']],
  ['all', ['web1', 'web2', 'db1', 'db2']],
  ['!db1', ['web1', 'web2', 'db2']],
  ['!db1,eu', ['web1']],
  ['!db&us', ['web1', 'web2', 'db1']],
  ['controller', ['controller']],
  [
    ['db1', 'web&us'],
    ['db1', 'web2'],
  ],
])('%j', (limit, names) => expect(limited(limit)).toEqual(names));

test.each([
  ['webb', 'There is no host or group "webb". Did you mean web or web1 or web2?'],
  ['web1,,db1', 'A name is missing.'],
  ['', 'A name is missing.'],
  ['mail*', 'No host or group is like "mail*". There are web, eu, us, db, web1'],
  ['web&db', 'It names no host.'],
  ['web1,!web1', 'It names no host.'],
])('%j is refused before any host is connected to', (limit, problem) => {
  expect(() => limited(limit)).toThrow(problem);
  expect(() => limited(limit)).toThrow(expect.objectContaining({ code: 'LIMIT_INVALID' }));
});
