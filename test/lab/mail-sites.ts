import {
  type Declarations,
  inventory,
  type Playbook,
  type PlayScope,
  play,
  playbook,
  secret,
} from '@hostwright/core';
import { DnsRecord, File, rfc2136, tsigKey } from '@hostwright/modules';
import { dnsServer, type MailServerSettings, mailServer } from '@hostwright/playbooks';
import type { Lab } from './lab.ts';
import { labSsh } from './lab-inventory.ts';

/** One mail server of a lab. Its second server, if it has one, is the host of that address. */
export type MailSite = Pick<MailServerSettings, 'domain' | 'users'> & Partial<MailServerSettings>;

export interface MailSites {
  /** By the name of the lab's host. */
  readonly sites: Readonly<Record<string, MailSite>>;
  /** Every domain that `ns` answers for. */
  readonly zones: readonly string[];
  /** Domains of strangers who write, with their SPF record. What that does not allow they want to be refused. */
  readonly strangers?: Readonly<Record<string, string>>;
  /** What a host gets beside its mail server. */
  readonly more?: Readonly<Record<string, (scope: Scope) => Declarations>>;
}

type Scope = Pick<PlayScope<never>, 'facts'>;

/** Several mail servers, and the host `ns` that answers for all of their names. */
export function mailSites(
  lab: Lab,
  { sites, zones, strangers = {}, more = {} }: MailSites,
): Playbook {
  const dnsAddress = lab.host('ns').address;
  const key = tsigKey({
    name: 'hostwright',
    secret: secret('aGlkZGVuIGhpZGRlbiBoaWRkZW4gaGlkZGVuIDMyIQ=='),
  });
  const provider = rfc2136({ server: dnsAddress, key });
  const names = dnsServer({
    zones: zones.map((name) => ({
      name,
      nameserver: { name: `ns1.${name}`, address: dnsAddress },
    })),
    keys: [key],
  });
  const needs = [names.service];
  const record = (name: string, type: 'A' | 'TXT', value: string) =>
    DnsRecord({ provider, name: `${name}.`, type, ttl: 60, values: [value] }, { needs });
  const servers = Object.entries(sites).map(([name, site]) => ({
    name,
    site,
    mail: mailServer({
      hostname: `mail.${site.domain}`,
      address: lab.host(name).address,
      dns: { provider, needs, ttl: 60 },
      resolvers: [dnsAddress],
      controllerAddress: lab.controllerAddress,
      ...site,
    }),
  }));
  const resolver = File({ path: '/etc/resolv.conf', content: `nameserver ${dnsAddress}\n` });
  const hostNames = lab.hosts.map(({ name }) => name);
  return playbook({
    inventory: inventory({
      defaults: { user: 'deploy', become: true, ssh: labSsh(lab) },
      hosts: Object.fromEntries(
        hostNames.map((name) => [name, { address: lab.host(name).address }]),
      ),
    }),
    plays: [
      play({ hosts: 'ns', resources: () => names.host() }),
      ...servers.flatMap(({ name, site, mail }) => [
        play({
          hosts: name,
          resources: (scope) => [resolver, mail.host(scope), more[name]?.(scope) ?? []],
        }),
        ...lab.hosts
          .filter(({ address }) => address === site.secondMx?.address)
          .map((second) =>
            play({ hosts: second.name, resources: () => [resolver, mail.secondMx()] }),
          ),
      ]),
      play({
        hosts: 'controller',
        resources: () => [
          servers.map(({ mail }) => mail.dns()),
          Object.entries(strangers).map(([domain, spf]) => [
            // Postfix takes no mail from a domain without a server or an address.
            record(domain, 'A', dnsAddress),
            record(domain, 'TXT', spf),
            record(`_dmarc.${domain}`, 'TXT', 'v=DMARC1; p=reject'),
          ]),
        ],
      }),
    ],
  });
}
