import { secret } from '@hostwright/core';
import { rfc2136 } from '../../packages/modules/src/dns/rfc2136.ts';
import { tsigKey } from '../../packages/modules/src/dns/tsig.ts';
import { lawSets, type ProviderBed, wrongSecret } from './provider-laws.ts';
import { nsupdate, type RealDnsServer, transfer } from './real-dns-server.ts';
import { lawZone } from './record-change.ts';

/** The zone of the provider laws, for a server that is started with it. */
export const rfc2136LawZones = {
  [lawZone]: `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
${lawSets.flatMap(({ name, type, ttl, values }) => values.map((value) => `${name} ${ttl} ${type} ${value}\n`)).join('')}`,
};

/** A server that takes updates, as a place for the provider laws. */
export function rfc2136Bed(server: RealDnsServer): ProviderBed {
  const { address, port, keyName: name, keySecret } = server;
  return {
    connect: ({ moreNameServers = [], ...limits } = {}) =>
      rfc2136({
        server: address,
        port,
        key: tsigKey({ name, secret: secret(keySecret) }),
        secondaries: [{ server: address, port }, ...moreNameServers],
        ...limits,
      }),
    connectWrongly: () =>
      rfc2136({ server: address, port, key: tsigKey({ name, secret: secret(wrongSecret) }) }),
    secretText: keySecret,
    edit: ({ name: label, type, ttl, values }) =>
      nsupdate(server, [
        `update delete ${label}.${lawZone} ${type}`,
        ...values.map((value) => `update add ${label}.${lawZone} ${ttl} ${type} ${value}`),
      ]),
    records: async () => {
      const printed = await transfer(server, lawZone);
      return printed
        .split('\n')
        .filter((line) => line.includes(lawZone) && !line.includes('SOA'))
        .sort();
    },
    stop: () => server.stop(),
  };
}
