// SERVICE_TOKEN=$(openssl rand -hex 32) WEB_ADDRESS=203.0.113.10 node server.ts
// curl -NX POST -H "Authorization: Bearer $SERVICE_TOKEN" http://127.0.0.1:8080/hosts/web1
import { inventory, play, playbook } from '@hostwright/core';
import { File, Package } from '@hostwright/modules';
import { hostService } from './service.ts';

const {
  SERVICE_TOKEN: token = '',
  WEB_ADDRESS: address = '192.0.2.10',
  PORT = '8080',
} = process.env;
if (token.length < 32) throw new Error('Set SERVICE_TOKEN to 32 characters or more.');

const site = playbook({
  inventory: inventory({ hosts: { web1: { address } } }),
  plays: [
    play({
      hosts: 'all',
      resources: () => [
        Package({ name: 'curl' }),
        File({ path: '/etc/motd', mode: '0644', content: 'Kept by a service.\n' }),
      ],
    }),
  ],
});

// On this machine only: put what terminates TLS in front of it.
hostService({ playbook: site, token }).listen(Number(PORT), '127.0.0.1');
