import { randomBytes } from 'node:crypto';
import { quote, secret } from '@hostwright/core';
import { powerdns } from '@hostwright/modules';
import { type EditedSet, lawSets, type ProviderBed, wrongSecret } from '../dns/provider-laws.ts';
import { lawZone } from '../dns/record-change.ts';
import { untilListening } from './dns-server-host.ts';
import type { LabHost } from './lab.ts';
import { LabError } from './lab-error.ts';

const folder = '/srv/dns-powerdns';
const unit = 'dns-powerdns.service';
const ports = { dns: 5303, api: 8081 };

/** PowerDNS on a lab host, which must have the packages `pdns-server`, `pdns-backend-sqlite3` and `sqlite3`. */
export async function startLabPowerdns(host: LabHost): Promise<ProviderBed> {
  const { address } = host;
  const apiKey = randomBytes(24).toString('base64');
  const pdnsutil = (...words: readonly string[]) =>
    run(host, ['pdnsutil', `--config-dir=${folder}`, ...words].map(quote).join(' '));
  const edit = async ({ name, type, ttl, values }: EditedSet) => {
    if (values.length === 0) await pdnsutil('delete-rrset', lawZone, name, type);
    else await pdnsutil('replace-rrset', lawZone, name, type, String(ttl), ...values);
  };
  await run(
    host,
    `set -e; umask 077; mkdir ${folder}
printf %s ${quote(configuration(address, apiKey))} > ${folder}/pdns.conf
sqlite3 ${folder}/zones.sqlite3 < /usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql`,
  );
  await pdnsutil('create-zone', lawZone, `ns1.${lawZone}`);
  for (const set of lawSets) await edit(set);
  const command = ['pdns_server', `--config-dir=${folder}`, '--daemon=no', '--guardian=no'];
  await run(host, ['systemd-run', '--quiet', `--unit=${unit}`, ...command].map(quote).join(' '));
  await untilListening(address, ports.api, () => run(host, `journalctl -u ${unit} -o cat`));
  const url = `http://${address}:${ports.api}`;
  const settings = { url, allowsPlainHttp: true };
  return {
    connect: ({ moreNameServers = [], ...limits } = {}) =>
      powerdns({
        ...settings,
        apiKey: secret(apiKey),
        nameServers: [{ server: address, port: ports.dns }, ...moreNameServers],
        ...limits,
      }),
    connectWrongly: () => powerdns({ ...settings, apiKey: secret(wrongSecret) }),
    secretText: apiKey,
    edit,
    records: async () => {
      const printed = await pdnsutil('list-zone', lawZone);
      return printed
        .split('\n')
        .filter((line) => line.includes(lawZone) && !line.includes('SOA'))
        .sort();
    },
    stop: async () => {
      await run(host, `systemctl stop ${unit}; rm -rf ${folder}`);
    },
  };
}

function configuration(address: string, apiKey: string): string {
  return `launch=gsqlite3
gsqlite3-database=${folder}/zones.sqlite3
local-address=${address}
local-port=${ports.dns}
socket-dir=${folder}
webserver=yes
webserver-address=${address}
webserver-port=${ports.api}
webserver-allow-from=0.0.0.0/0
api=yes
api-key=${apiKey}
# What another process writes into the database is seen at once.
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
`;
}

async function run(host: LabHost, script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await host.exec(script);
  if (exitCode === 0) return stdout;
  throw new LabError(`A command on ${host.name} exited with ${exitCode}:\n${stdout}${stderr}`);
}
