import { beforeAll } from '@jest/globals';
import { describeDnsServer, lawZones } from '../dns/dns-server-laws.ts';
import { describeProvider } from '../dns/provider-laws.ts';
import { rfc2136Bed, rfc2136LawZones } from '../dns/rfc2136-bed.ts';
import { startLabDnsServer } from './dns-server-host.ts';
import { startLabPowerdns } from './powerdns-host.ts';
import { useLab } from './use-lab.ts';

const lab = useLab([
  { name: 'dns12', release: 'debian-12' },
  { name: 'dns13', release: 'debian-13' },
]);

const installTimeoutMs = 10 * 60 * 1000;

beforeAll(async () => {
  // None of the packages starts a server: they would all want port 53.
  const packages = 'bind9 bind9-utils bind9-dnsutils knot pdns-server pdns-backend-sqlite3 sqlite3';
  const script = `export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
apt-get update -q && apt-get install -q -y --no-install-recommends ${packages}`;
  await Promise.all(lab.hosts.map((host) => host.exec(script)));
}, installTimeoutMs);

for (const [name, kind, title] of [
  ['dns12', 'bind', 'BIND of Debian 12'],
  ['dns12', 'knot', 'Knot of Debian 12'],
  ['dns13', 'bind', 'BIND of Debian 13'],
  ['dns13', 'knot', 'Knot of Debian 13'],
] as const) {
  describeDnsServer(title, kind, () => startLabDnsServer(lab.host(name), kind, lawZones));
}

for (const [name, kind, title] of [
  ['dns12', 'knot', 'Knot of Debian 12 as a provider'],
  ['dns13', 'bind', 'BIND of Debian 13 as a provider'],
] as const) {
  describeProvider(title, async () =>
    rfc2136Bed(await startLabDnsServer(lab.host(name), kind, rfc2136LawZones)),
  );
}

describeProvider('PowerDNS of Debian 12', () => startLabPowerdns(lab.host('dns12')));
describeProvider('PowerDNS of Debian 13', () => startLabPowerdns(lab.host('dns13')));
