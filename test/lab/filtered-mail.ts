import {
  inventory,
  type Playbook,
  play,
  playbook,
  type SshSettings,
  secret,
} from '@hostwright/core';
import { DnsRecord, File, rfc2136, tsigKey } from '@hostwright/modules';
import { dnsServer, type MailServerSettings, mailServer } from '@hostwright/playbooks';
import type { Lab } from './lab.ts';
import { labSsh } from './lab-inventory.ts';

/** One mail host: its domain is of its own, so that one DNS server can speak for several. */
interface FilteredHost {
  readonly domain: string;
  readonly address: string;
  readonly settings: Pick<MailServerSettings, 'users' | 'aliases'> & Partial<MailServerSettings>;
}

interface FilteredPlace {
  readonly hosts: Readonly<Record<string, FilteredHost>>;
  readonly dnsAddress: string;
  readonly controllerAddress: string;
  readonly ssh: SshSettings;
  /** Public half of the key that the test signs with as `strict.lab`, as the TXT record has it. */
  readonly strictKey: string;
}

/** Domains of the two mail hosts of a lab. */
export const filteredDomains: Readonly<Record<string, string>> = {
  m12: 'twelve.lab',
  m13: 'thirteen.lab',
};

/**
 * The hosts of a lab that has those two and a DNS server `ns`: a mail server with everything on for each, and its users.
 * `software` is what the mail hosts have before: nothing, or what a mail host needs.
 */
export const filteredHosts = (software: 'bare' | 'mail') =>
  [
    { name: 'm12', release: 'debian-12', software },
    { name: 'm13', release: 'debian-13', software },
    { name: 'ns', release: 'debian-13' },
  ] as const;

/** Each mail host has one domain more. */
export function secondDomain(domain: string): string {
  return `second.${domain}`;
}

/** The zone with the names of all addresses of a lab. */
function reverseZone(address: string): string {
  return `${address.split('.').slice(0, 3).reverse().join('.')}.in-addr.arpa`;
}

type User = Omit<MailServerSettings['users'][number], 'address'>;

/** The playbook of such a lab. `users` are by the part before the @, the same for both hosts. */
export function filteredLab(
  lab: Lab,
  users: Readonly<Record<string, User>>,
  more: Pick<FilteredPlace, 'strictKey'> & Pick<MailServerSettings, 'dkim'>,
): Playbook {
  const { strictKey, ...settings } = more;
  const hosts = Object.entries(filteredDomains).map(([name, domain]) => {
    const own = Object.entries(users).map(([user, rest]) => ({
      address: `${user}@${domain}`,
      ...rest,
    }));
    const [first] = Object.values(users);
    const there = first === undefined ? [] : [{ ...first, address: `eve@${secondDomain(domain)}` }];
    const { address } = lab.host(name);
    return [
      name,
      { domain, address, settings: { users: [...own, ...there], ...settings } },
    ] as const;
  });
  return filteredMail({
    hosts: Object.fromEntries(hosts),
    dnsAddress: lab.host('ns').address,
    controllerAddress: lab.controllerAddress,
    ssh: labSsh(lab),
    strictKey,
  });
}

/** Split, so that no scanner takes this file for what it describes. Source: the EICAR test file. */
export const eicar = [
  'X5O!P%@AP[4\\PZX54(P^)7CC)7}',
  '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*',
].join('');

/** Scores 1000 with SpamAssassin, which has it for tests. Split, so that no filter takes this file for spam. */
export const gtube = [
  'XJS*C4JDBQADN1.NSBN3*2IDNEN*',
  'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X',
].join('');

/** Virus database of a closed network: one signature, at any place of any kind of file. */
const signatures = {
  'lab.ndb': `Lab-Eicar:0:*:${Buffer.from(eicar).toString('hex')}\n`,
};

/** Domains of strangers: one that wants what it did not sign refused, and one that wants it set aside. */
const strangers = { 'strict.lab': 'reject', 'quar.lab': 'quarantine' } as const;

/** Mail servers with everything on, and one DNS server for them and for the strangers who write to them. */
function filteredMail(place: FilteredPlace): Playbook {
  const { dnsAddress, ssh } = place;
  const key = tsigKey({
    name: 'hostwright',
    secret: secret('aGlkZGVuIGhpZGRlbiBoaWRkZW4gaGlkZGVuIDMyIQ=='),
  });
  const provider = rfc2136({ server: dnsAddress, key });
  const hosts = Object.entries(place.hosts);
  const zones = [
    ...hosts.flatMap(([, { domain }]) => [domain, secondDomain(domain)]),
    reverseZone(dnsAddress),
    ...Object.keys(strangers),
  ];
  const names = dnsServer({
    zones: zones.map((name) => ({
      name,
      nameserver: { name: `ns1.${name}`, address: dnsAddress },
    })),
    keys: [key],
  });
  const record = (name: string, value: string, type: 'TXT' | 'A' = 'TXT') =>
    DnsRecord(
      { provider, name: `${name}.`, type, ttl: 60, values: [value] },
      { needs: [names.service] },
    );
  const servers = hosts.map(([name, host]) => ({
    name,
    mail: serverOf(host, place, { provider, needs: [names.service] }),
  }));
  const inputs: Readonly<Record<string, { readonly address: string }>> = {
    dns: { address: dnsAddress },
    ...Object.fromEntries(hosts.map(([name, { address }]) => [name, { address }])),
  };
  return playbook({
    inventory: inventory({ defaults: { user: 'deploy', become: true, ssh }, hosts: inputs }),
    plays: [
      play({ hosts: 'dns', resources: () => names.host() }),
      ...servers.map(({ name, mail }) =>
        play({
          hosts: name,
          resources: (scope) => [
            File({ path: '/etc/resolv.conf', content: `nameserver ${dnsAddress}\n` }),
            mail.host(scope),
          ],
        }),
      ),
      play({
        hosts: 'controller',
        resources: () => [
          servers.map(({ mail }) => mail.dns()),
          Object.entries(strangers).map(([domain, policy]) => [
            // Postfix takes no mail from a domain without a server or an address.
            record(domain, dnsAddress, 'A'),
            record(domain, 'v=spf1 -all'),
            record(`_dmarc.${domain}`, `v=DMARC1; p=${policy}`),
          ]),
          record('test._domainkey.strict.lab', place.strictKey),
        ],
      }),
    ],
  });
}

function serverOf(
  { domain, address, settings }: FilteredHost,
  { controllerAddress, dnsAddress }: FilteredPlace,
  dns: MailServerSettings['dns'],
) {
  return mailServer({
    domain,
    moreDomains: [secondDomain(domain)],
    hostname: `mail.${domain}`,
    address,
    dns: {
      ...dns,
      dmarc: { policy: 'reject', reports: [`postmaster@${domain}`] },
      tlsReports: [`postmaster@${domain}`],
      mtaSts: { mode: 'testing', serve: true },
      clientRecords: true,
      reverse: dns.provider,
    },
    resolvers: [dnsAddress],
    controllerAddress,
    database: { password: secret('reader-of-accounts') },
    filters: {
      spam: { asksLists: false },
      virus: { officialDatabase: false, signatures },
    },
    ...settings,
  });
}
