import { HostwrightError } from '@hostwright/core';
import { rcodes, typeCodes } from './dns-codes.ts';
import type { DnsMessage } from './dns-message.ts';
import { type DnsSession, replyError } from './dns-session.ts';
import { formatName, isWithin, parentName } from './domain-name.ts';

/**
 * The zone that holds a name, by the SOA that the server names for it: usually one question. A name that is an alias
 * shows the zone of its target instead, so then its parent is asked.
 * Errors: DNS_NOT_AUTHORITATIVE, DNS_REFUSED, DNS_SERVFAIL and those of the session.
 */
export async function findZone(session: DnsSession, name: string): Promise<string> {
  for (let asked: string | undefined = name; asked !== undefined; asked = parentName(asked)) {
    const reply: DnsMessage = await session.query(asked, 'SOA');
    checkAuthoritative(reply, asked);
    const records = reply.answers.length > 0 ? reply.answers : reply.authorities;
    const soa = records.find((record) => record.type === typeCodes.SOA);
    const isAlias = reply.answers.length > 0 && soa?.name !== asked;
    if (soa !== undefined && !isAlias && isWithin(name, soa.name)) return soa.name;
  }
  throw new HostwrightError('DNS_NOT_AUTHORITATIVE', {
    problem: `The DNS server holds no zone for ${formatName(name)}.`,
  });
}

/**
 * That a reply to the SOA question about a zone is that of this very zone.
 * Errors: those of findZone, and DNS_NOT_ZONE where the zone is another one.
 */
export function checkZone(reply: DnsMessage, zone: string): void {
  checkAuthoritative(reply, zone);
  if (reply.answers.some(({ name, type }) => name === zone && type === typeCodes.SOA)) return;
  const owner = reply.authorities.find(({ type }) => type === typeCodes.SOA)?.name;
  throw new HostwrightError('DNS_NOT_ZONE', {
    problem: `${formatName(zone)} is no zone of the DNS server${owner === undefined ? '' : `; it lies in ${formatName(owner)}`}.`,
  });
}

/** That a reply is the server's own data about a name. */
export function checkAuthoritative(reply: DnsMessage, name: string): void {
  if (reply.rcode !== rcodes.NOERROR && reply.rcode !== rcodes.NXDOMAIN) {
    throw replyError(reply, `the query for ${formatName(name)}`);
  }
  if (reply.isAuthoritative) return;
  const cut = reply.authorities.find(({ type }) => type === typeCodes.NS)?.name;
  throw new HostwrightError('DNS_NOT_AUTHORITATIVE', {
    problem:
      cut === undefined || !isWithin(name, cut)
        ? `The DNS server answers for ${formatName(name)}, but is not authoritative.`
        : `The DNS server delegates ${formatName(cut)} to others, so ${formatName(name)} is not its own.`,
  });
}
