// A web host of your own: WEB_ADDRESS=203.0.113.10 npx hostwright plan site.ts
import { inventory, playbook } from '@hostwright/core';
import { webHost } from './web-host.ts';

const hosts = inventory({
  vars: { greeting: 'It works.' },
  defaults: { user: process.env.LOGIN_USER ?? 'root', become: true },
  hosts: {
    web1: { address: process.env.WEB_ADDRESS ?? '192.0.2.10', groups: ['web'] },
  },
});

export default playbook({
  inventory: hosts,
  plays: [
    hosts.play({
      hosts: 'web',
      resources: ({ vars }) => webHost({ name: 'www.example.com', greeting: vars.greeting }),
    }),
  ],
});
