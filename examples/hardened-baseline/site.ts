// HOSTS=203.0.113.10,203.0.113.11 ADMIN_KEY="$(cat ~/.ssh/id_ed25519.pub)" TRUSTED=198.51.100.7 npx hostwright plan site.ts
import { inventory, playbook } from '@hostwright/core';
import { baseline } from './baseline.ts';

const { env } = process;
const addresses = (env.HOSTS ?? '192.0.2.10,192.0.2.11').split(',');

const hosts = inventory({
  // The one who logs in must be an admin already when this is applied for the second time.
  defaults: { user: env.LOGIN_USER ?? 'ops', become: true },
  hosts: Object.fromEntries(addresses.map((address, index) => [`host${index + 1}`, { address }])),
});

export default playbook({
  inventory: hosts,
  plays: [
    hosts.play({
      hosts: 'all',
      resources: () =>
        baseline({
          admins: [{ name: 'ops', keys: [env.ADMIN_KEY ?? 'ssh-ed25519 AAAA… ops@example.com'] }],
          trusted: env.TRUSTED === undefined ? [] : [env.TRUSTED],
        }),
    }),
  ],
});
