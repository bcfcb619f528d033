import { absent, HostwrightError, present, unreadable } from '@hostwright/core';
import { awaitSecondaries } from './await-secondaries.ts';
import { startDeadline } from './deadline.ts';
import type { DnsProvider } from './dns-provider.ts';
import { type DnsSession, openSession, type SessionSettings } from './dns-session.ts';
import { invalidField } from './invalid-field.ts';
import { readRecords } from './read-records.ts';
import { type TsigKey, tsigKey } from './tsig.ts';
import { writeRecords } from './write-records.ts';

/** One more server that holds the zone. It is only asked, never written to. */
export interface SecondaryServer {
  /** Host name or IP address. */
  readonly server: string;
  /** TCP port, 53 when left out. */
  readonly port?: number;
  /** Signs the questions, where the server answers only those. */
  readonly key?: TsigKey;
}

export interface Rfc2136Settings {
  /** Host name or IP address of the primary server, which takes the updates and is read. */
  readonly server: string;
  /** TCP port, 53 when left out. */
  readonly port?: number;
  /** Left out: messages are not signed, and the server must trust this address. */
  readonly key?: TsigKey;
  /** Limit for each read and each write as a whole, in milliseconds; 15000 when left out. */
  readonly timeoutMs?: number;
  /** Servers that must serve what was written before it counts as done: the zone's other name servers. */
  readonly secondaries?: readonly SecondaryServer[];
  /** Limit for the wait for secondaries, in milliseconds; 60000 when left out. */
  readonly propagationTimeoutMs?: number;
  /** Milliseconds since 1970; the clock of this machine when left out. */
  readonly now?: () => number;
}

const timeoutMsDefault = 15_000;
const propagationTimeoutMsDefault = 60_000;

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
  const { timeoutMs = timeoutMsDefault, now = Date.now } = settings;
  const { propagationTimeoutMs = propagationTimeoutMsDefault } = settings;
  checkMilliseconds('timeoutMs', timeoutMs);
  checkMilliseconds('propagationTimeoutMs', propagationTimeoutMs);
  const primary = sessionSettings(settings, now);
  const secondaries = (settings.secondaries ?? []).map((each) => sessionSettings(each, now));
  const { label } = primary;

  async function within<Result>(
    caller: AbortSignal | undefined,
    work: (session: DnsSession) => Promise<Result>,
  ): Promise<Result> {
    const deadline = startDeadline(timeoutMs, caller);
    const session = openSession(primary, deadline);
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
      const results = await within(signal, (session) => writeRecords(session, changes));
      const written = changes.filter((_, index) => results[index] === undefined);
      if (secondaries.length === 0 || written.length === 0) return results;
      const deadline = startDeadline(propagationTimeoutMs, signal);
      const lagging = await awaitSecondaries(secondaries, written, deadline);
      return changes.map((change, index) => results[index] ?? lagging.get(change));
    },
  } satisfies DnsProvider);
}

function sessionSettings(address: SecondaryServer, now: () => number): SessionSettings {
  const { server, port = 53 } = address;
  if (server === '') throw invalidField('server', server, 'a host name or address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalidField('port', port, 'a TCP port from 1 to 65535');
  }
  const key = address.key === undefined ? undefined : tsigKey(address.key);
  return { server, port, label: `DNS server ${server} port ${port}`, key, now };
}

function checkMilliseconds(field: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw invalidField(field, value, 'milliseconds above 0');
}
