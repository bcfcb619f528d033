// vagrant up && npx hostwright plan site.ts && npx hostwright apply site.ts
import { play, playbook, secret } from '@hostwright/core';
import { rfc2136, tsigKey } from '@hostwright/modules';
import { dnsServer, mailServer } from '@hostwright/playbooks';
import { vagrantHosts } from './hosts.ts';

const {
  NETWORK: network = '192.168.56',
  ANNAS_PASSWORD: password = 'for machines that nobody else reaches',
} = process.env;
const dnsAddress = `${network}.53`;

const hosts = vagrantHosts();

// A key for machines that are thrown away. For others: openssl rand -base64 32.
const key = tsigKey({
  name: 'hostwright',
  secret: secret('dmFncmFudCB2YWdyYW50IHZhZ3JhbnQgdmFncmFudCE='),
});

const names = dnsServer({
  zones: ['example.com', 'example.net'].map((name) => ({
    name,
    nameserver: { name: `ns1.${name}`, address: dnsAddress },
  })),
  keys: [key],
});

/** A mail server for one domain, known to the DNS server of this playbook. */
function mailFor(domain: string, address: string) {
  return mailServer({
    domain,
    hostname: `mail.${domain}`,
    address,
    users: [{ address: `anna@${domain}`, password: secret(password) }],
    dns: { provider: rfc2136({ server: dnsAddress, key }), needs: [names.service] },
    resolvers: [dnsAddress],
  });
}

const first = mailFor('example.com', `${network}.11`);
const second = mailFor('example.net', `${network}.12`);

export default playbook({
  inventory: hosts,
  plays: [
    play({ name: 'names', hosts: ['dns'], resources: () => names.host() }),
    play({ name: 'mail of example.com', hosts: ['mx1'], resources: (scope) => first.host(scope) }),
    play({ name: 'mail of example.net', hosts: ['mx2'], resources: (scope) => second.host(scope) }),
    play({ name: 'records', hosts: ['controller'], resources: () => [first.dns(), second.dns()] }),
  ],
});
