// HOST_ADDRESS=203.0.113.10 npx hostwright plan site.ts
import { inventory, playbook } from '@hostwright/core';
import { Package } from '@hostwright/modules';
import { Timezone } from './timezone.ts';

const hosts = inventory({
  defaults: { user: process.env.LOGIN_USER ?? 'root', become: true },
  hosts: { host1: { address: process.env.HOST_ADDRESS ?? '192.0.2.10' } },
});

export default playbook({
  inventory: hosts,
  plays: [
    hosts.play({
      hosts: 'all',
      resources: () => [Package({ name: 'tzdata' }), Timezone({ zone: 'Europe/Berlin' })],
    }),
  ],
});
