import { test } from '@jest/globals';
import { describeDnsServer, lawZones } from './dns-server-laws.ts';
import { isInstalled, startLocalDnsServer } from './local-dns-server.ts';

for (const [kind, packages] of [
  ['bind', 'bind9 bind9-utils bind9-dnsutils'],
  ['knot', 'knot bind9-utils bind9-dnsutils'],
] as const) {
  if (isInstalled(kind)) describeDnsServer(kind, kind, () => startLocalDnsServer(kind, lawZones));
  else test.skip(`${kind} on this machine (needs the packages ${packages})`, () => undefined);
}
