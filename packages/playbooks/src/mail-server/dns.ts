import { isIPv6 } from 'node:net';
import type { Declaration, Declarations } from '@hostwright/core';
import {
  clientRecords,
  Directory,
  DnsRecord,
  dmarc,
  dmarcAuthorizations,
  File,
  type MailRecord,
  mtaSts,
  mtaStsFile,
  reverseRecord,
  spf,
  tlsRpt,
} from '@hostwright/modules';
import type { MailServer } from './settings.ts';

/**
 * What the world must find in DNS: the address of the server, and for each domain MX, SPF, DMARC and what else is asked
 * for. The records of the signing keys come with the keys.
 */
export function dns(server: MailServer): Declarations {
  const { hostname, address, domains } = server;
  const { provider, reverse, needs, ttl } = server.dns;
  const type = isIPv6(address) ? 'AAAA' : 'A';
  const host = DnsRecord(
    { provider, ttl, name: `${hostname}.`, type, values: [address] },
    { needs },
  );
  const write = (record: MailRecord, before: readonly Declaration[]) =>
    DnsRecord({ provider, ttl, ...record }, { needs: before });
  return [
    host,
    // BIND refuses an MX or SRV whose target in the same zone has no address yet.
    domains.map((domain) =>
      hostRecords(server, domain).map((each) => write(each, [...needs, host])),
    ),
    domains.map((domain) => textRecords(server, domain).map((each) => write(each, needs))),
    reverse === undefined
      ? []
      : DnsRecord({ provider: reverse, ttl, ...reverseRecord(address, hostname) }, { needs }),
  ];
}

/** Records whose values name the server. */
function hostRecords({ hostname, dns: { clientRecords: wanted } }: MailServer, domain: string) {
  const services = ['submissions', 'submission', 'imaps', 'imap', 'pop3s'] as const;
  const mx: MailRecord = { name: `${domain}.`, type: 'MX', values: [`10 ${hostname}.`] };
  return [mx, ...(wanted ? clientRecords(domain, { hostname, services }) : [])];
}

function textRecords({ hostname, domains, dns: settings }: MailServer, domain: string) {
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
    ...(sts === undefined ? [] : [mtaSts(domain, { ...sts, mx: [hostname] })]),
  ];
}

const policyDirectory = '/var/lib/mta-sts';

/** Policies about TLS, as files for a web server. */
export function mtaStsFiles({ hostname, domains, dns: { mtaSts: sts } }: MailServer): Declarations {
  if (sts === undefined) return [];
  const owned = { owner: 'root', group: 'root' };
  const content = mtaStsFile({ ...sts, mx: [hostname] });
  return [
    Directory({ path: policyDirectory, ...owned, mode: '0755' }),
    domains.map((domain) => [
      Directory({ path: `${policyDirectory}/${domain}`, ...owned, mode: '0755' }),
      Directory({ path: `${policyDirectory}/${domain}/.well-known`, ...owned, mode: '0755' }),
      File({
        path: `${policyDirectory}/${domain}/.well-known/mta-sts.txt`,
        content,
        ...owned,
        mode: '0644',
      }),
    ]),
  ];
}
