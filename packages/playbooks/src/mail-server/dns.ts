import { isIPv6 } from 'node:net';
import type { Declaration, Declarations } from '@hostwright/core';
import {
  clientRecords,
  DnsRecord,
  dmarc,
  dmarcAuthorizations,
  type MailRecord,
  mtaSts,
  reverseRecord,
  spf,
  tlsRpt,
} from '@hostwright/modules';
import { mxNames } from './mx-names.ts';
import type { MailServer } from './settings.ts';

/** Where the names of the server lead. An authority looks there before it signs for them. */
export function addressRecords(server: MailServer): readonly Declaration[] {
  const { address, secondMx, tls } = server;
  const { provider, needs, ttl } = server.dns;
  const places = [
    ...tls.names.map((hostname) => ({ hostname, address })),
    ...(secondMx === undefined ? [] : [secondMx]),
  ];
  return places.map((place) =>
    DnsRecord(
      {
        provider,
        ttl,
        name: `${place.hostname}.`,
        type: isIPv6(place.address) ? 'AAAA' : 'A',
        values: [place.address],
      },
      { needs },
    ),
  );
}

/**
 * What the world must find in DNS: the address of the server, and for each domain MX, SPF, DMARC and what else is asked
 * for. The records of the signing keys come with the keys.
 */
export function dns(server: MailServer, hosts: readonly Declaration[]): Declarations {
  const { hostname, address, domains } = server;
  const { provider, reverse, needs, ttl } = server.dns;
  const write = (record: MailRecord, before: readonly Declaration[]) =>
    DnsRecord({ provider, ttl, ...record }, { needs: before });
  return [
    hosts,
    // BIND refuses an MX or SRV whose target in the same zone has no address yet.
    domains.map((domain) =>
      hostRecords(server, domain).map((each) => write(each, [...needs, ...hosts])),
    ),
    domains.map((domain) => textRecords(server, domain).map((each) => write(each, needs))),
    reverse === undefined
      ? []
      : DnsRecord({ provider: reverse, ttl, ...reverseRecord(address, hostname) }, { needs }),
  ];
}

/** Records whose values name the server. */
function hostRecords(server: MailServer, domain: string) {
  const { hostname } = server;
  const { clientRecords: wanted } = server.dns;
  const services = ['submissions', 'submission', 'imaps', 'imap', 'pop3s'] as const;
  const mx: MailRecord = {
    name: `${domain}.`,
    type: 'MX',
    values: mxNames(server).map((name, index) => `${10 * (index + 1)} ${name}.`),
  };
  return [mx, ...(wanted ? clientRecords(domain, { hostname, services }) : [])];
}

function textRecords(server: MailServer, domain: string) {
  const { domains, dns: settings } = server;
  const { tlsReports, mtaSts: sts } = settings;
  const text = (name: string, value: string): MailRecord => ({
    name: `${name}.`,
    type: 'TXT',
    values: [value],
  });
  // The consent of domains that are kept elsewhere is theirs to publish.
  const consents = dmarcAuthorizations(domain, settings.dmarc).filter(({ name }) =>
    domains.some((other) => name.endsWith(`._report._dmarc.${other}.`)),
  );
  return [
    text(domain, spf(settings.spf)),
    text(`_dmarc.${domain}`, dmarc(domain, settings.dmarc)),
    ...consents,
    ...(tlsReports === undefined ? [] : [tlsRpt(domain, tlsReports)]),
    ...(sts === undefined ? [] : [mtaSts(domain, { ...sts, mx: mxNames(server) })]),
  ];
}
