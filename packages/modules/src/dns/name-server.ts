import type { SessionSettings } from './dns-session.ts';
import { invalidField } from './invalid-field.ts';
import { type TsigKey, tsigKey } from './tsig.ts';

/** A server that holds a zone, and how it is asked. */
export interface NameServer {
  /** Host name or IP address. */
  readonly server: string;
  /** TCP port, 53 when left out. */
  readonly port?: number;
  /** Signs the questions, where the server answers only those. */
  readonly key?: TsigKey;
}

/** Errors: DNS_RECORD_INVALID. */
export function sessionSettings(
  { server, port = 53, key }: NameServer,
  now: () => number,
): SessionSettings {
  if (server === '') throw invalidField('server', server, 'a host name or address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalidField('port', port, 'a TCP port from 1 to 65535');
  }
  const label = `DNS server ${server} port ${port}`;
  return { server, port, label, key: key && tsigKey(key), now };
}
