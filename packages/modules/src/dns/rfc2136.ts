import { absent, HostwrightError, present, unreadable } from '@hostwright/core';
import { startDeadline } from './deadline.ts';
import type { DnsProvider } from './dns-provider.ts';
import { type DnsSession, openSession } from './dns-session.ts';
import { invalidField } from './invalid-field.ts';
import { readRecords } from './read-records.ts';
import { type TsigKey, tsigKey } from './tsig.ts';
import { writeRecords } from './write-records.ts';

export interface Rfc2136Settings {
  /** Host name or IP address of the primary server, which takes the updates and is read. */
  readonly server: string;
  /** TCP port, 53 when left out. */
  readonly port?: number;
  /** Left out: messages are not signed, and the server must trust this address. */
  readonly key?: TsigKey;
  /** Limit for each read and each write as a whole, in milliseconds; 15000 when left out. */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970; the clock of this machine when left out. */
  readonly now?: () => number;
}

const timeoutMsDefault = 15_000;

/**
 * DNS records on a server that takes dynamic updates: BIND, Knot, PowerDNS and others.
 *
 * Identity: zone, name and type; no other record set is touched, and a changed one is refused, not overwritten.
 * Cost: one TCP connection and about two round trips to read, four to write, however many record sets.
 * Errors: DNS_*, one for each way in which a server says no.
 * Source: RFC 2136, RFC 8945, RFC 7766. Seen to work with BIND 9.18 and Knot 3.2 of Debian 12.
 * @example rfc2136({ server: '192.0.2.53', key: tsigKey({ name: 'ddns', secret: secret(text) }) })
 */
export function rfc2136(settings: Rfc2136Settings): DnsProvider {
  const { server, port = 53, timeoutMs = timeoutMsDefault, now = Date.now } = settings;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalidField('port', port, 'a TCP port from 1 to 65535');
  }
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) {
    throw invalidField('timeoutMs', timeoutMs, 'milliseconds above 0');
  }
  if (server === '') throw invalidField('server', server, 'a host name or address');
  const label = `DNS server ${server} port ${port}`;
  const key = settings.key === undefined ? undefined : tsigKey(settings.key);

  async function within<Result>(
    caller: AbortSignal | undefined,
    work: (session: DnsSession) => Promise<Result>,
  ): Promise<Result> {
    const deadline = startDeadline(timeoutMs, caller);
    const session = openSession({ server, port, label, key, now }, deadline);
    try {
      return await work(session);
    } finally {
      session.close();
    }
  }

  return Object.freeze({
    label,
    async read(keys, signal) {
      if (keys.length === 0) return [];
      const found = await within(signal, (session) => readRecords(session, keys));
      return keys.map(({ name, type }, index) => {
        const set = found[index];
        if (set instanceof HostwrightError) return unreadable(set);
        if (set === undefined || set.content === 'absent') return absent;
        return present(Object.freeze({ zone: set.zone, name, type, ...set.content }));
      });
    },
    async write(changes, signal) {
      if (changes.length === 0) return [];
      return within(signal, (session) => writeRecords(session, changes));
    },
  } satisfies DnsProvider);
}
