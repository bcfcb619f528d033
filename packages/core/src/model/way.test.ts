import { expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { secret } from './secret.ts';
import { wayOf } from './way.ts';

test('port, users and the hosts on the way; no secret and no key', () => {
  const password = secret('geheim');
  const hosts = inventory({
    hosts: {
      plain: { address: '192.0.2.1', user: 'root' },
      far: {
        address: '192.0.2.2',
        user: 'deploy',
        become: { password },
        ssh: {
          port: 2222,
          password,
          identityFiles: ['~/.ssh/id'],
          jump: {
            address: 'inner',
            user: 'b',
            ssh: { port: 23, jump: { address: 'outer', user: 'a' } },
          },
        },
      },
    },
  });
  const [plain, far] = [...hosts.hosts.values()].map(wayOf);
  expect(plain).toEqual({
    host: 'plain',
    connection: 'ssh',
    address: '192.0.2.1',
    port: 22,
    user: 'root',
  });
  expect(far).toEqual({
    host: 'far',
    connection: 'ssh',
    address: '192.0.2.2',
    port: 2222,
    user: 'deploy',
    becomeUser: 'root',
    jumps: ['a@outer:22', 'b@inner:23'],
  });
});
