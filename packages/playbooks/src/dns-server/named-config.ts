import { reveal } from '@hostwright/core';
import type { DnsServer, DnsZone, ZoneKey } from './settings.ts';

/** named.conf.options of a server that answers for its own zones and for nothing else. Source: BIND 9.18 and 9.20 reference. */
export const namedOptions = `// Written by Hostwright.
options {
  directory "/var/cache/bind";
  listen-on { any; };
  listen-on-v6 { any; };
  recursion no;
  // It has no answers of others to validate, and asks nobody.
  dnssec-validation no;
  allow-transfer { none; };
  version "none";
};
`;

/** Keys and zones. The keys stand in a file of their own, because they are secret. */
export function namedZones(
  { zones, keys }: DnsServer,
  files: { readonly keys: string; readonly zoneDirectory: string },
): string {
  const rules = keys.map(({ name }) => `    grant "${name}" zonesub ANY;\n`).join('');
  const clauses = zones.map(
    ({ name }) => `zone "${name}" {
  type primary;
  file "${zoneFile(files.zoneDirectory, name)}";
  update-policy {
${rules}  };
};
`,
  );
  return `// Written by Hostwright.\ninclude "${files.keys}";\n${clauses.join('')}`;
}

/** Secret as a whole. */
export function namedKeys(keys: readonly ZoneKey[]): string {
  return keys
    .map(
      ({ name, algorithm, secret }) =>
        `key "${name}" {\n  algorithm ${algorithm};\n  secret "${reveal(secret)}";\n};\n`,
    )
    .join('');
}

export function zoneFile(directory: string, zone: string): string {
  return `${directory}/${zone}.zone`;
}

/** In seconds: what a server without the zone waits and keeps. Source: RFC 1912 §2.2, RFC 2308 §5 for the last. */
const times = { refresh: 7200, retry: 3600, expire: 1_209_600, negative: 300, ttl: 3600 };

/** A zone as it begins: authority and name server. From then on the server itself writes the file. */
export function firstZone({ name, nameserver, hostmaster }: Required<DnsZone>): string {
  const { refresh, retry, expire, negative, ttl } = times;
  const isInside = nameserver.name === name || nameserver.name.endsWith(`.${name}`);
  const type = nameserver.address.includes(':') ? 'AAAA' : 'A';
  const glue = isInside ? `${nameserver.name}. IN ${type} ${nameserver.address}\n` : '';
  return `$TTL ${ttl}
@ IN SOA ${nameserver.name}. ${hostmaster}. 1 ${refresh} ${retry} ${expire} ${negative}
@ IN NS ${nameserver.name}.
${glue}`;
}
