import { isIP, isIPv6, SocketAddress } from 'node:net';
import type { Static } from 'typebox';
import type { ufwRuleSchema } from './ufw-rule-schema.ts';

export type UfwRuleSpec = Static<typeof ufwRuleSchema>;

export type UfwAction = 'allow' | 'deny' | 'reject' | 'limit';

const actions: readonly UfwAction[] = ['allow', 'deny', 'reject', 'limit'];

/** What a rule matches, in ufw's own spelling and apart from what it does: ufw keeps one action for each. */
export interface UfwMatch {
  readonly action: UfwAction;
  /** `25`, `8000:8010`, `80,443` or `any`. */
  readonly port: string;
  readonly protocol: 'tcp' | 'udp' | 'any';
  readonly from: string;
  readonly to: string;
  readonly direction: 'in' | 'out';
  readonly interface: string | undefined;
}

/** Actions that a spec names: exactly one in a valid spec. */
export function actionsOf(spec: Partial<UfwRuleSpec>): readonly UfwAction[] {
  return actions.filter((action) => action in spec);
}

export function matchOf(spec: Partial<UfwRuleSpec>): UfwMatch {
  const action = actionsOf(spec)[0] ?? 'allow';
  return {
    action,
    port: canonicalPorts(String(spec[action] ?? 'any')),
    protocol: spec.proto ?? 'any',
    from: canonicalAddress(spec.from ?? 'any'),
    to: canonicalAddress(spec.to ?? 'any'),
    direction: spec.direction ?? 'in',
    interface: spec.interface,
  };
}

/** `443,80` → `80,443`: ufw keeps a list of ports in their order, and would not be found to have another one. */
function canonicalPorts(text: string): string {
  if (text === 'any') return text;
  const ports = text.split(',').map((part) => part.split(':').map(Number));
  const ordered = ports.toSorted(
    ([low = 0, high = 0], [otherLow = 0, otherHigh = 0]) => low - otherLow || high - otherHigh,
  );
  return ordered.map((part) => part.join(':')).join(',');
}

/**
 * `192.0.2.7/24` → `192.0.2.0/24`, `2001:db8:0::1/128` → `2001:db8::1`, as ufw keeps them; it leaves the host's bits in
 * a network of IPv6. What is no address stays as it is. Source: normalize_address of ufw's util.py, 0.36.2.
 */
function canonicalAddress(text: string): string {
  const [address = '', length] = text.split('/');
  const version = isIP(address);
  if (version === 0) return text;
  const bits = length === undefined ? undefined : Number(length);
  if (version === 6) {
    const short = new SocketAddress({ address, family: 'ipv6' }).address;
    return bits === undefined || bits === 128 ? short : `${short}/${bits}`;
  }
  if (bits === undefined || bits === 32) return address;
  return bits > 32 ? text : `${networkOf(address, bits)}/${bits}`;
}

function networkOf(address: string, bits: number): string {
  const octets = address.split('.').map((octet, index) => {
    const kept = Math.min(Math.max(bits - 8 * index, 0), 8);
    return Number(octet) & (0xff00 >> kept);
  });
  return octets.join('.');
}

/** Name of the rule without its action: `25/tcp`, `out 53`, `any from 192.0.2.1 on eth0`. */
export function nameOf(match: UfwMatch): string {
  const { direction, port, protocol, from, to } = match;
  return [
    direction === 'out' ? 'out ' : '',
    protocol === 'any' ? port : `${port}/${protocol}`,
    from === 'any' ? '' : ` from ${from}`,
    to === 'any' ? '' : ` to ${to}`,
    match.interface === undefined ? '' : ` on ${match.interface}`,
  ].join('');
}

/** Families that a rule belongs to: one where an address says so, both otherwise. */
export function familiesOf({ from, to }: UfwMatch, hasIpv6: boolean): readonly (4 | 6)[] {
  const addresses = [from, to].filter((address) => address !== 'any');
  if (addresses.length === 0) return hasIpv6 ? [4, 6] : [4];
  return addresses.some((address) => isIPv6(address.split('/')[0] ?? '')) ? [6] : [4];
}

/**
 * What user.rules and user6.rules say of the rule after the words `### tuple ###`, without action and comment.
 * Source: ufw's backend_iptables.py, as written by ufw 0.36.2.
 */
export function tupleOf(match: UfwMatch, family: 4 | 6): string {
  const everywhere = family === 4 ? '0.0.0.0/0' : '::/0';
  const address = (value: string) => (value === 'any' ? everywhere : value);
  const direction =
    match.interface === undefined ? match.direction : `${match.direction}_${match.interface}`;
  return [
    match.protocol,
    match.port,
    address(match.to),
    'any',
    address(match.from),
    direction,
  ].join(' ');
}

/** The words of ufw(8) for the rule, after the action. `log`: `log` or `log-all`, of a rule that writes to the log. */
export function ufwWords(match: UfwMatch, log?: string): readonly string[] {
  const { direction, protocol, from, to, port } = match;
  return [
    direction,
    ...(match.interface === undefined ? [] : ['on', match.interface]),
    ...(log === undefined ? [] : [log]),
    ...(protocol === 'any' ? [] : ['proto', protocol]),
    'from',
    from,
    'to',
    to,
    ...(port === 'any' ? [] : ['port', port]),
  ];
}
