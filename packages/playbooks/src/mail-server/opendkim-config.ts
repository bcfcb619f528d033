import { signerSocket } from './postfix-parameters.ts';

export interface OpendkimSettings {
  readonly hostname: string;
  readonly directory: string;
  /** Addresses of resolvers; OpenDKIM on Debian does not read resolv.conf. Empty: it asks the root servers itself. */
  readonly resolvers: readonly string[];
}

/** One signing key: a row in each of the two tables. */
export interface SigningKey {
  readonly domain: string;
  readonly selector: string;
  readonly keyFile: string;
}

/** The whole of opendkim.conf. Debian's unit reads nothing else. Source: opendkim.conf(5) of 2.11.0. */
export function opendkimConfig({ hostname, directory, resolvers }: OpendkimSettings): string {
  return configText({
    hostname,
    resolvers,
    rows: [
      ['Mode', 'sv'],
      ['Canonicalization', 'relaxed/relaxed'],
      ['OversignHeaders', 'From'],
      ['KeyTable', `${directory}/key-table`],
      ['SigningTable', `refile:${directory}/signing-table`],
      ['InternalHosts', `refile:${directory}/internal-hosts`],
      ['ExternalIgnoreList', `refile:${directory}/internal-hosts`],
    ],
  });
}

/** The same for a server that signs nothing. */
export function verifierConfig(settings: Omit<OpendkimSettings, 'directory'>): string {
  return configText({ ...settings, rows: [['Mode', 'v']] });
}

function configText({
  hostname,
  resolvers,
  rows: ownRows,
}: Omit<OpendkimSettings, 'directory'> & {
  readonly rows: readonly (readonly [string, string])[];
}): string {
  const rows = [
    ['Socket', `inet:${socketPort}@127.0.0.1`],
    ['UserID', 'opendkim'],
    ['UMask', '007'],
    ['PidFile', '/run/opendkim/opendkim.pid'],
    ['Syslog', 'yes'],
    ['SyslogSuccess', 'yes'],
    ['AuthservID', hostname],
    ...ownRows,
    // Resolvers that are given validate for themselves, or serve names that the root knows nothing of.
    resolvers.length === 0
      ? ['TrustAnchorFile', '/usr/share/dns/root.key']
      : ['Nameservers', resolvers.join(',')],
  ];
  const lines = rows.map(([name = '', value = '']) => `${name.padEnd(20)} ${value}\n`);
  return `# Written by Hostwright.\n${lines.join('')}`;
}

const socketPort = signerSocket.split(':').at(-1) ?? '';

export function keyTable(keys: readonly SigningKey[]): string {
  return keys
    .map(({ domain, selector, keyFile }) => `${domain} ${domain}:${selector}:${keyFile}\n`)
    .join('');
}

/** Mail from any address of a domain is signed with the key of that domain. */
export function signingTable(keys: readonly SigningKey[]): string {
  return keys.map(({ domain }) => `*@${domain} ${domain}\n`).join('');
}

/** Naming any replaces OpenDKIM's own list, so loopback is in it. */
export const internalHosts = '127.0.0.1\n::1\nlocalhost\n';
