import { expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { secret } from '../model/secret.ts';
import { renderInventory } from './inventory-lines.ts';

test('how a host is reached, its groups and variables, and no secret', () => {
  const { hosts } = inventory({
    vars: { tier: 'prod' },
    hosts: {
      mx1: {
        ...{ address: '2001:db8::1', user: 'deploy', groups: ['mail'], ssh: { port: 2222 } },
        become: { password: secret('hush') },
      },
    },
  });
  expect(renderInventory([...hosts.values()], {})).toBe(`mx1  deploy@[2001:db8::1]:2222
  groups  mail
  become  {"user":"root","password":"<secret>"}
  ssh.port  2222
  vars.tier  "prod"
`);
});

test('an inventory without hosts says so', () => {
  expect(renderInventory([], {})).toBe('There are no hosts.\n');
});
