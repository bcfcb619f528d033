// A mail server on one host. Its records go to a DNS server that is there already and takes dynamic updates:
//   MAIL_ADDRESS=203.0.113.10 DNS_ADDRESS=203.0.113.53 UPDATE_KEY=… ANNAS_PASSWORD=… npx hostwright plan site.ts
// Mail and DNS on two hosts is the demo: ../demo/mail-system.ts.
import { inventory, playbook, secret } from '@hostwright/core';
import { rfc2136, tsigKey } from '@hostwright/modules';
import { mailServer } from '@hostwright/playbooks';

const { env } = process;
const address = env.MAIL_ADDRESS ?? '192.0.2.10';

const hosts = inventory({
  defaults: { user: env.LOGIN_USER ?? 'root', become: true },
  hosts: { mail: { address } },
});

const mail = mailServer({
  domain: 'example.com',
  hostname: 'mail.example.com',
  address,
  users: [
    { address: 'anna@example.com', password: secret(env.ANNAS_PASSWORD ?? 'set ANNAS_PASSWORD') },
  ],
  aliases: { 'info@example.com': ['anna@example.com'] },
  dns: {
    provider: rfc2136({
      server: env.DNS_ADDRESS ?? '192.0.2.53',
      key: tsigKey({
        name: 'hostwright',
        secret: secret(env.UPDATE_KEY ?? 'c2V0IFVQREFURV9LRVkgdG8gYSByZWFsIG9uZSEhISE='),
      }),
    }),
  },
});

export default playbook({
  inventory: hosts,
  plays: [
    hosts.play({ hosts: 'mail', resources: (scope) => mail.host(scope) }),
    hosts.play({ hosts: 'controller', resources: () => mail.dns() }),
  ],
});
