import { createHash } from 'node:crypto';
import { canonicalName, formatName } from '../dns/domain-name.ts';
import { invalidField } from '../dns/invalid-field.ts';
import type { MailRecord } from './mail-record.ts';

export interface MtaStsPolicy {
  /** `enforce`: senders deliver over verified TLS or not at all; `testing`: they only report; `none` takes it back. */
  readonly mode: 'enforce' | 'testing' | 'none';
  /** Hosts that take mail for the domain, as their certificates name them; `*.example.com` stands for one label. */
  readonly mx: readonly string[];
  /** How long senders keep the policy, in seconds, at most a year; 604800 (a week) when left out. */
  readonly maxAgeSeconds?: number;
}

/** RFC 8461 §3.2. */
const maxAgeSecondsMax = 31_557_600;

/**
 * The file that `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` serves, with a certificate of that name that senders
 * trust. Who serves it is your affair; the record alone changes nothing.
 *
 * Errors: DNS_RECORD_INVALID.
 * Source: RFC 8461 §3.2.
 */
export function mtaStsFile({ mode, mx, maxAgeSeconds = 604_800 }: MtaStsPolicy): string {
  if (mx.length === 0 && mode !== 'none') throw invalidField('mx', mx, 'at least one host');
  if (!Number.isInteger(maxAgeSeconds) || maxAgeSeconds < 0 || maxAgeSeconds > maxAgeSecondsMax) {
    throw invalidField('maxAgeSeconds', maxAgeSeconds, `whole seconds up to ${maxAgeSecondsMax}`);
  }
  const hosts = mx.map((host) => `mx: ${formatName(canonicalName(host, 'mx'))}`);
  const lines = ['version: STSv1', `mode: ${mode}`, ...hosts, `max_age: ${maxAgeSeconds}`];
  return lines.map((line) => `${line}\r\n`).join('');
}

/**
 * The record that tells senders of the policy. Its id is made of the file, so that it changes when the file does, which
 * is what makes senders fetch it again.
 *
 * Errors: DNS_RECORD_INVALID.
 * Source: RFC 8461 §3.1.
 * @example mtaSts('example.com', { mode: 'testing', mx: ['mail.example.com'] })
 */
export function mtaSts(domain: string, policy: MtaStsPolicy): MailRecord {
  const id = createHash('sha256').update(mtaStsFile(policy)).digest('hex').slice(0, 32);
  return Object.freeze({
    name: canonicalName(`_mta-sts.${domain}`, 'domain'),
    type: 'TXT',
    values: [`v=STSv1; id=${id};`],
  });
}
