import { type Declaration, type Declarations, secret, sh } from '@hostwright/core';
import { Command, File, Package, Service } from '@hostwright/modules';
import { firewall } from '../firewall.ts';
import { firstZone, namedKeys, namedOptions, namedZones, zoneFile } from './named-config.ts';
import { completeSettings, type DnsServer, type DnsServerSettings } from './settings.ts';

export interface DnsServerPieces {
  /** What the DNS host gets. */
  readonly host: () => Declarations;
  /** The running server, for `needs` of records that are written to it. */
  readonly service: Declaration;
}

/**
 * BIND 9 as the primary server of zones whose records are changed over the network (RFC 2136), with a key. It answers
 * for its zones only. A zone file is written once; then it belongs to BIND, and what is in it is nobody's drift.
 *
 * Limits: one server; no transfers to secondaries; no DNSSEC.
 * Errors: DNS_SERVER_INVALID with every problem of the settings at once.
 * @example
 * const names = dnsServer({ zones: [{ name: 'example.com', nameserver: { name: 'ns1.example.com', address: '192.0.2.53' } }], keys: [key] });
 * play({ hosts: 'dns', resources: names.host });
 */
export function dnsServer(settings: DnsServerSettings): DnsServerPieces {
  const server = completeSettings(settings);
  const bind = Package({ name: 'bind9', startService: false });
  const files = [bind, ...configFiles(server, bind), ...firstZones(server, bind)];
  const service = Service(
    { name: 'named', running: true, enabled: true, config: ['/etc/bind'] },
    { needs: files },
  );
  return Object.freeze({
    host: () => [files, service, firewall({ tcp: [server.sshPort, 53], udp: [53] })],
    service,
  });
}

const keysFile = '/etc/bind/hostwright.keys';
const zoneDirectory = '/var/lib/bind';

function configFiles(server: DnsServer, bind: Declaration): readonly Declaration[] {
  const contents = {
    '/etc/bind/named.conf.options': namedOptions,
    '/etc/bind/named.conf.local': namedZones(server, { keys: keysFile, zoneDirectory }),
  };
  const keys = { path: keysFile, content: secret(namedKeys(server.keys)) };
  return [
    ...Object.entries(contents).map(([path, content]) =>
      File({ path, content, owner: 'root', group: 'bind', mode: '0644' }, { needs: [bind] }),
    ),
    File({ ...keys, owner: 'root', group: 'bind', mode: '0640' }, { needs: [bind] }),
  ];
}

/** Zone files that are missing. One that is there belongs to BIND, and is never written again. */
function firstZones({ zones }: DnsServer, bind: Declaration): readonly Declaration[] {
  return zones.map((zone) => {
    const path = zoneFile(zoneDirectory, zone.name);
    return Command(
      {
        name: `first zone ${zone.name}`,
        creates: path,
        script: firstZoneScript(path, firstZone(zone)),
      },
      { needs: [bind] },
    );
  });
}

/** Whole or not at all, and never over one that BIND has made meanwhile. */
function firstZoneScript(path: string, content: string): string {
  return sh`set -e
umask 022
first=$(mktemp ${`${path}.XXXXXX`})
trap 'rm -f -- "$first"' EXIT
printf '%s' ${content} >"$first"
chown bind:bind -- "$first"
chmod 0644 -- "$first"
ln -- "$first" ${path}`.script;
}
