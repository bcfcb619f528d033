import type { DnsProvider } from './dns-provider.ts';
import { openSession } from './dns-session.ts';
import { type NameServer, sessionSettings } from './name-server.ts';
import { rfc2136Store } from './rfc2136-store.ts';
import { type ProviderLimits, storeProvider } from './store-provider.ts';
import type { TsigKey } from './tsig.ts';

export interface Rfc2136Settings extends ProviderLimits {
  /** Host name or IP address of the primary server, which takes the updates and is read. */
  readonly server: string;
  /** TCP port, 53 when left out. */
  readonly port?: number;
  /** Left out: messages are not signed, and the server must trust this address. */
  readonly key?: TsigKey;
  /** Servers that must serve what was written before it counts as done: the zone's other name servers. They are only asked. */
  readonly secondaries?: readonly NameServer[];
  /** Milliseconds since 1970; the clock of this machine when left out. */
  readonly now?: () => number;
}

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
  const { now = Date.now } = settings;
  const primary = sessionSettings(settings, now);
  const secondaries = (settings.secondaries ?? []).map((each) => sessionSettings(each, now));
  return storeProvider(
    primary.label,
    (deadline) => rfc2136Store(openSession(primary, deadline), secondaries),
    settings,
  );
}
