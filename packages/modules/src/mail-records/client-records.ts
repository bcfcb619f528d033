import { canonicalName, targetName } from '../dns/domain-name.ts';
import type { MailRecord } from './mail-record.ts';

/** Services that a mail program looks for, with their ports (RFC 6186 §3, RFC 8314 §5.1). */
const ports = {
  submissions: 465,
  submission: 587,
  imaps: 993,
  imap: 143,
  pop3s: 995,
  pop3: 110,
} as const;

export type ClientService = keyof typeof ports;

export interface ClientSettings {
  /** Server that the services are on: `mail.example.com`. */
  readonly hostname: string;
  /** In order of preference; what is left out is said not to exist. `submissions`, `submission`, `imaps` when left out. */
  readonly services?: readonly ClientService[];
  /** Server with Microsoft's autodiscover over https, where there is one. */
  readonly autodiscover?: string;
}

/**
 * Records by which mail programs find their server when a user types in nothing but an address. A service that is not
 * offered gets the target `.`, which tells programs not to try.
 *
 * Errors: DNS_RECORD_INVALID.
 * Source: RFC 6186, RFC 8314 §5.1.
 * @example clientRecords('example.com', { hostname: 'mail.example.com' })
 */
export function clientRecords(domain: string, settings: ClientSettings): readonly MailRecord[] {
  const { hostname, services = ['submissions', 'submission', 'imaps'], autodiscover } = settings;
  const server = targetName(`${hostname.replace(/\.$/, '')}.`, 'hostname');
  const names = Object.keys(ports) as ClientService[];
  const records = names.map((service) => {
    const priority = services.indexOf(service);
    const value = priority === -1 ? '0 0 0 .' : `${priority} 1 ${ports[service]} ${server}`;
    return srv(domain, service, value);
  });
  if (autodiscover === undefined) return records;
  const target = targetName(`${autodiscover.replace(/\.$/, '')}.`, 'autodiscover');
  return [...records, srv(domain, 'autodiscover', `0 0 443 ${target}`)];
}

function srv(domain: string, service: string, value: string): MailRecord {
  const name = canonicalName(`_${service}._tcp.${domain}`, 'domain');
  return Object.freeze({ name, type: 'SRV', values: [value] });
}
