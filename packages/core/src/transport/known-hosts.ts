import { createHmac } from 'node:crypto';
import { matchesGlob } from './glob.ts';
import { fingerprint, hostKeyType } from './host-key.ts';

/** One usable line of a known_hosts file. */
export interface KnownHostsEntry {
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** Host field as written: a comma-separated list of patterns, or one hashed name. */
  readonly hosts: string;
  readonly type: string;
  readonly key: Buffer;
  readonly file: string;
  readonly line: number;
}

export interface KnownHosts {
  readonly entries: readonly KnownHostsEntry[];
  /** One sentence for each line that was skipped because it could not be read. */
  readonly warnings: readonly string[];
}

/** A key that known_hosts holds for a host, in the words of a message. */
export interface KnownKey {
  readonly type: string;
  readonly fingerprint: string;
  readonly file: string;
  readonly line: number;
}

export type HostKeyVerdict =
  | { readonly status: 'known' }
  /** `hasAuthority`: only a certificate authority is known for the host, and that proves nothing here. */
  | { readonly status: 'unknown'; readonly hasAuthority: boolean }
  | { readonly status: 'changed'; readonly known: readonly KnownKey[] }
  | { readonly status: 'revoked'; readonly by: KnownKey };

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Reads the text of one known_hosts file. A line that makes no sense is skipped with a warning, never guessed at. */
export function parseKnownHosts(text: string, file: string): KnownHosts {
  const entries: KnownHostsEntry[] = [];
  const warnings: string[] = [];
  text.split('\n').forEach((raw, index) => {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) return;
    const entry = parseLine(content, file, index + 1);
    if (typeof entry === 'string') warnings.push(`${file}:${index + 1} is skipped: ${entry}.`);
    else entries.push(entry);
  });
  return { entries, warnings };
}

/**
 * Judges the key that a host presents. Every line counts, not the first: a revoked key is refused whatever else
 * matches, and a key is only `changed` when no line of the host holds it.
 *
 * `name` is what `lookupName` returns. Certificate authorities never match, because ssh2 cannot check certificates.
 */
export function checkHostKey(hosts: KnownHosts, name: string, key: Buffer): HostKeyVerdict {
  const matching = entriesFor(hosts, name);
  const revoked = matching.find((entry) => entry.marker === 'revoked' && entry.key.equals(key));
  if (revoked !== undefined) return { status: 'revoked', by: describeEntry(revoked) };
  const plain = matching.filter((entry) => entry.marker === 'none');
  if (plain.some((entry) => entry.key.equals(key))) return { status: 'known' };
  if (plain.length > 0) return { status: 'changed', known: plain.map(describeEntry) };
  const hasAuthority = matching.some((entry) => entry.marker === 'cert-authority');
  return { status: 'unknown', hasAuthority };
}

/** What we accept, best first. SHA-1 (`ssh-rsa` as a signature) and DSA are left out on purpose. */
const hostKeyAlgorithms = [
  { algorithm: 'ssh-ed25519', keyType: 'ssh-ed25519' },
  { algorithm: 'ecdsa-sha2-nistp256', keyType: 'ecdsa-sha2-nistp256' },
  { algorithm: 'ecdsa-sha2-nistp384', keyType: 'ecdsa-sha2-nistp384' },
  { algorithm: 'ecdsa-sha2-nistp521', keyType: 'ecdsa-sha2-nistp521' },
  { algorithm: 'rsa-sha2-512', keyType: 'ssh-rsa' },
  { algorithm: 'rsa-sha2-256', keyType: 'ssh-rsa' },
] as const;

export type HostKeyAlgorithm = (typeof hostKeyAlgorithms)[number]['algorithm'];

/**
 * The host key algorithms to offer, those first whose keys known_hosts holds for this host. Without the order a host
 * that is known by its ECDSA key alone would present its Ed25519 key and look changed.
 */
export function algorithmsFor(hosts: KnownHosts, name: string): HostKeyAlgorithm[] {
  const held = new Set(
    entriesFor(hosts, name)
      .filter((entry) => entry.marker === 'none')
      .map((entry) => entry.type),
  );
  const first = hostKeyAlgorithms.filter((row) => held.has(row.keyType));
  const rest = hostKeyAlgorithms.filter((row) => !held.has(row.keyType));
  return [...first, ...rest].map((row) => row.algorithm);
}

/** The name known_hosts files use for a host: lower case, and `[name]:port` for any other port than 22. */
export function lookupName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** One line, with its end, to add to a known_hosts file. */
export function formatKnownHost(name: string, key: Buffer): string {
  return `${name} ${hostKeyType(key) ?? ''} ${key.toString('base64')}\n`;
}

function parseLine(content: string, file: string, line: number): KnownHostsEntry | string {
  const fields = content.split(/[ \t]+/);
  const first = fields[0] ?? '';
  const marker = first.startsWith('@') ? first.slice(1) : 'none';
  if (marker !== 'none' && marker !== 'revoked' && marker !== 'cert-authority') {
    return `the marker ${first} is not known`;
  }
  const [hosts, type, text] = marker === 'none' ? fields : fields.slice(1);
  if (hosts === undefined || type === undefined || text === undefined) {
    return 'it needs a host, a key type and a key';
  }
  if (hosts.startsWith('|') && !isHashedName(hosts)) return 'its hashed host name is malformed';
  if (!base64.test(text)) return 'its key is no base64';
  const key = Buffer.from(text, 'base64');
  if (hostKeyType(key) !== type) return `its key is not of type ${type}`;
  return { marker, hosts, type, key, file, line };
}

function isHashedName(hosts: string): boolean {
  return /^\|1\|[A-Za-z0-9+/]{27}=\|[A-Za-z0-9+/]{27}=$/.test(hosts);
}

function entriesFor(hosts: KnownHosts, name: string): readonly KnownHostsEntry[] {
  return hosts.entries.filter((entry) => matchesHost(entry.hosts, name));
}

/** The rule of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": a negated match excludes, whatever stands beside it. */
function matchesHost(field: string, name: string): boolean {
  if (field.startsWith('|')) return matchesHashedName(field, name);
  let isMatch = false;
  for (const part of field.toLowerCase().split(',')) {
    const isNegated = part.startsWith('!');
    if (!matchesGlob(isNegated ? part.slice(1) : part, name)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function matchesHashedName(field: string, name: string): boolean {
  const [, , salt = '', hash = ''] = field.split('|');
  const mac = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return mac.equals(Buffer.from(hash, 'base64'));
}

function describeEntry(entry: KnownHostsEntry): KnownKey {
  return {
    type: entry.type,
    fingerprint: fingerprint(entry.key),
    file: entry.file,
    line: entry.line,
  };
}
