import {
  inventory,
  type Playbook,
  play,
  playbook,
  type SshSettings,
  secret,
} from '@hostwright/core';
import { rfc2136, tsigKey } from '@hostwright/modules';
import { dnsServer, mailServer } from '@hostwright/playbooks';

/** What differs from one place to the next. Everything else is below. */
export interface Place {
  /** Address of the host that becomes the mail server. */
  readonly mailAddress: string;
  /** Address of the host that becomes the DNS server. */
  readonly dnsAddress: string;
  /** Login user with sudo. */
  readonly user: string;
  readonly ssh: SshSettings;
  /** Address that this runs from, as the hosts see it: it is never banned. */
  readonly controllerAddress?: string;
  readonly annasPassword: string;
  readonly bensPassword: string;
  /** Key for changing DNS records, base64 of 32 random bytes. */
  readonly updateKey: string;
}

const domain = 'example.com';

/** A mail server and the DNS server that speaks for it, on two bare Debian hosts. */
export function mailSystem(place: Place): Playbook {
  const { mailAddress, dnsAddress, user, ssh } = place;
  const hosts = inventory({
    defaults: { user, become: true, ssh },
    hosts: {
      mail: { address: mailAddress },
      dns: { address: dnsAddress },
    },
  });
  const key = tsigKey({ name: 'hostwright', secret: secret(place.updateKey) });

  const names = dnsServer({
    zones: [{ name: domain, nameserver: { name: `ns1.${domain}`, address: dnsAddress } }],
    keys: [key],
  });
  const mail = mailServer({
    domain,
    hostname: `mail.${domain}`,
    address: mailAddress,
    users: [
      { address: `anna@${domain}`, password: secret(place.annasPassword) },
      { address: `ben@${domain}`, password: secret(place.bensPassword) },
    ],
    aliases: { [`info@${domain}`]: [`anna@${domain}`, `ben@${domain}`] },
    dns: { provider: rfc2136({ server: dnsAddress, key }), needs: [names.service] },
    resolvers: [dnsAddress],
    ...(place.controllerAddress === undefined
      ? {}
      : { controllerAddress: place.controllerAddress }),
  });

  return playbook({
    inventory: hosts,
    plays: [
      play({ hosts: 'dns', resources: () => names.host() }),
      play({ hosts: 'mail', resources: (scope) => mail.host(scope) }),
      play({ hosts: 'controller', resources: () => mail.dns() }),
    ],
  });
}
