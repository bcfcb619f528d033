import { reveal, Secret } from '@hostwright/core';
import { isAddress, isDomain } from '../names.ts';
import { refuse } from '../refuse.ts';

export interface DnsZone {
  /** `example.com` */
  readonly name: string;
  /** The server itself as the zone names it: `{ name: 'ns1.example.com', address: '192.0.2.53' }`. */
  readonly nameserver: { readonly name: string; readonly address: string };
  /** Address of the zone's keeper, its @ written as a dot; `hostmaster.ZONE` when left out. */
  readonly hostmaster?: string;
}

/** A key that may change records, shared with whoever sends the updates. `tsigKey({ … })` makes one. */
export interface ZoneKey {
  readonly name: string;
  readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';
  /** Base64. */
  readonly secret: Secret;
}

export interface DnsServerSettings {
  /** At least one. */
  readonly zones: readonly DnsZone[];
  /** At least one. Each may change every record of every zone, and nothing without a key may. */
  readonly keys: readonly ZoneKey[];
  /** Port that sshd listens on, which stays open; 22 when left out. */
  readonly sshPort?: number;
}

export interface DnsServer {
  readonly zones: readonly Required<DnsZone>[];
  readonly keys: readonly ZoneKey[];
  readonly sshPort: number;
}

/** Errors: DNS_SERVER_INVALID with every problem at once. */
export function completeSettings({ zones, keys, sshPort = 22 }: DnsServerSettings): DnsServer {
  refuse('DNS_SERVER_INVALID', [
    ...(zones.length === 0 ? ['zones: at least one is needed.'] : zones.flatMap(zoneProblems)),
    ...repeated(zones.map(({ name }) => name)).map((name) => `The zone ${name} is given twice.`),
    ...(keys.length === 0 ? ['keys: at least one is needed.'] : keys.flatMap(keyProblems)),
    ...repeated(keys.map(({ name }) => name)).map((name) => `The key ${name} is given twice.`),
  ]);
  return Object.freeze({
    zones: zones.map((zone) => ({ hostmaster: `hostmaster.${zone.name}`, ...zone })),
    keys: keys.map((key) => ({ ...key, name: withoutDot(key.name) })),
    sshPort,
  });
}

function zoneProblems({ name, nameserver, hostmaster }: DnsZone): readonly string[] {
  return [
    ...(isDomain(name) ? [] : [`zones: '${name}' is no domain in lower case.`]),
    ...(isDomain(nameserver.name) ? [] : [`zones: '${nameserver.name}' is no host name.`]),
    ...(isAddress(nameserver.address) ? [] : [`zones: '${nameserver.address}' is no IP address.`]),
    ...(hostmaster === undefined || isDomain(hostmaster)
      ? []
      : [`zones: '${hostmaster}' is no mail address with a dot for its @.`]),
  ];
}

const algorithms = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'];

function keyProblems({ name, algorithm, secret }: ZoneKey): readonly string[] {
  const label = `The key ${name}`;
  if (!/^[a-z0-9._-]{1,253}$/.test(name))
    return [`${label} has a name of other characters than a-z, 0-9, '.', '_' and '-'.`];
  if (!algorithms.includes(algorithm)) return [`${label} needs one of ${algorithms.join(', ')}.`];
  const isSecret = secret instanceof Secret && /^[A-Za-z0-9+/]{22,}={0,2}$/.test(reveal(secret));
  return isSecret ? [] : [`${label} needs base64 text of at least 16 bytes, marked with secret().`];
}

function repeated(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
