export type DnsServerKind = 'bind' | 'knot';

/** A server to set up: where it lies, where it listens, and the key that may update it. */
export interface DnsServerSettings {
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  readonly keyName: string;
  /** Base64, for HMAC-SHA256. */
  readonly keySecret: string;
  /** Zone names; `ZONE.zone` in the folder holds each. Those that begin with `closed.` take no updates. */
  readonly zones: readonly string[];
}

/** Key file as tsig-keygen writes it; dig and nsupdate read it, so that the secret is in no argument list. */
export function keyFileText({ keyName, keySecret }: DnsServerSettings): string {
  return `key "${keyName}" { algorithm hmac-sha256; secret "${keySecret}"; };\n`;
}

/** Command in the foreground and its configuration, which it expects at `FOLDER/server.conf`. */
export function dnsServerPlan(
  kind: DnsServerKind,
  settings: DnsServerSettings,
): { readonly command: readonly string[]; readonly configuration: string } {
  const file = `${settings.folder}/server.conf`;
  return kind === 'bind'
    ? {
        command: ['/usr/sbin/named', '-g', '-n', '1', '-c', file],
        configuration: bindConfiguration(settings),
      }
    : { command: ['/usr/sbin/knotd', '-c', file], configuration: knotConfiguration(settings) };
}

function bindConfiguration({ folder, address, port, keyName, zones }: DnsServerSettings): string {
  const clauses = zones.map((zone) => {
    const policy = zone.startsWith('closed.') ? 'none' : `key "${keyName}"`;
    const file = `${folder}/${zone}.zone`;
    return `zone "${zone}" { type primary; file "${file}"; allow-update { ${policy}; }; };`;
  });
  return `include "${folder}/ddns.key";
controls { };
options {
  directory "${folder}"; pid-file none; session-keyfile none;
  listen-on port ${port} { ${address}; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no; empty-zones-enable no;
  allow-transfer { key "${keyName}"; };
};
${clauses.join('\n')}
`;
}

function knotConfiguration(settings: DnsServerSettings): string {
  const { folder, address, port, keyName, keySecret, zones } = settings;
  const clauses = zones.map((zone) => {
    const acl = zone.startsWith('closed.') ? '' : '\n    acl: update';
    return `  - domain: ${zone}\n    file: ${zone}.zone${acl}`;
  });
  return `server:
    rundir: ${folder}
    listen: ${address}@${port}
log:
  - target: stderr
    any: info
database:
    storage: ${folder}
key:
  - id: ${keyName}
    algorithm: hmac-sha256
    secret: ${keySecret}
acl:
  - id: update
    key: ${keyName}
    action: [update, transfer]
template:
  - id: default
    storage: ${folder}
    zonefile-sync: -1
    zonefile-load: difference
zone:
${clauses.join('\n')}
`;
}
