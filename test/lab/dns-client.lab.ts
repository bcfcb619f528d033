import { beforeAll } from '@jest/globals';
import { describeDnsServer, lawZones } from '../unit/dns/dns-server-laws.ts';
import { startLabDnsServer } from './dns-server-host.ts';
import { useLab } from './use-lab.ts';

const lab = useLab([
  { name: 'dns12', release: 'debian-12' },
  { name: 'dns13', release: 'debian-13' },
]);

const installTimeoutMs = 10 * 60 * 1000;

beforeAll(async () => {
  const script = `export DEBIAN_FRONTEND=noninteractive
apt-get update -q && apt-get install -q -y --no-install-recommends bind9 bind9-utils bind9-dnsutils knot`;
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
