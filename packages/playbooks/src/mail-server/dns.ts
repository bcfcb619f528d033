import { isIPv6 } from 'node:net';
import type { Declarations } from '@hostwright/core';
import { DnsRecord } from '@hostwright/modules';
import type { DomainKey } from './dkim.ts';
import type { MailServer } from './settings.ts';

/** What the world must find in DNS: the address of the server, and for each domain MX, SPF, DKIM and DMARC. */
export function dns(server: MailServer, keys: readonly DomainKey[]): Declarations {
  const {
    hostname,
    address,
    dns: { provider, needs, ttl, dmarcPolicy },
  } = server;
  const host = DnsRecord(
    {
      provider,
      name: `${hostname}.`,
      type: isIPv6(address) ? 'AAAA' : 'A',
      ttl,
      values: [address],
    },
    { needs },
  );
  // BIND refuses an MX whose target in the same zone has no address yet.
  const options = { needs: [...needs, host] };
  return [
    host,
    keys.map(({ domain, key }) => {
      const record = { provider, ttl };
      return [
        DnsRecord(
          { ...record, name: `${domain}.`, type: 'MX', values: [`10 ${hostname}.`] },
          options,
        ),
        DnsRecord(
          { ...record, name: `${domain}.`, type: 'TXT', values: ['v=spf1 mx ~all'] },
          { needs },
        ),
        DnsRecord(
          {
            ...record,
            name: `_dmarc.${domain}.`,
            type: 'TXT',
            values: [`v=DMARC1; p=${dmarcPolicy}`],
          },
          { needs },
        ),
        DnsRecord(
          {
            ...record,
            name: `${server.selector}._domainkey.${domain}.`,
            type: 'TXT',
            values: [key.out.dnsText],
          },
          { needs },
        ),
      ];
    }),
  ];
}
