import { canonicalName } from '../dns/domain-name.ts';
import { invalidField } from '../dns/invalid-field.ts';
import type { MailRecord } from './mail-record.ts';

/**
 * Asks senders for a daily report about TLS that failed on the way to the domain.
 *
 * Errors: DNS_RECORD_INVALID for a place that is neither a mail address nor an https address.
 * Source: RFC 8460 §3.
 * @example tlsRpt('example.com', ['tls-reports@example.com'])
 */
export function tlsRpt(domain: string, reports: readonly string[]): MailRecord {
  if (reports.length === 0) throw invalidField('reports', reports, 'at least one address');
  const rua = reports.map((place) => {
    if (/^https:\/\/[^\s,;!]+$/.test(place)) return place;
    if (/^[^\s,;!@:]+@[^\s,;!@:]+$/.test(place)) return `mailto:${place}`;
    throw invalidField('report address of TLS-RPT', place, 'a mail address or https://…');
  });
  return Object.freeze({
    name: canonicalName(`_smtp._tls.${domain}`, 'domain'),
    type: 'TXT',
    values: [`v=TLSRPTv1; rua=${rua.join(',')}`],
  });
}
