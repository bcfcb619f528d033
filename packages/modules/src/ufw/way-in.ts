import { BlockList, isIP } from 'node:net';
import type { Way } from '@hostwright/core';
import type { UfwMatch } from './rule-tuple.ts';

/**
 * Whether a rule decides about new connections like that of the run: incoming, to its port, from its address. What
 * cannot be told while planning (an interface, an address that is not known) is `inDoubt`.
 */
export function decidesOnWay(match: UfwMatch, way: Way, inDoubt: boolean): boolean {
  if (match.direction !== 'in' || match.protocol === 'udp') return false;
  if (!coversPort(match.port, way.port)) return false;
  if (match.from !== 'any' && way.client !== undefined && !covers(match.from, way.client)) {
    return false;
  }
  const isCertain =
    match.to === 'any' &&
    match.interface === undefined &&
    (match.from === 'any' || way.client !== undefined);
  return isCertain || inDoubt;
}

/** `25`, `8000:8010`, `80,443` or `any`. */
function coversPort(ports: string, port: number): boolean {
  return ports.split(',').some((part) => {
    if (part === 'any') return true;
    const [low = '', high = low] = part.split(':');
    return Number(low) <= port && port <= Number(high);
  });
}

/** Whether an address is in a network; IPv4 in the clothes of IPv6 is IPv4. */
function covers(network: string, address: string): boolean {
  const [base = '', bits] = network.split('/');
  const own = address.replace(/^::ffff:(?=[0-9.]+$)/, '').replace(/%.*$/, '');
  if (isIP(base) === 0 || isIP(base) !== isIP(own)) return false;
  const family = isIP(base) === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(base, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  return list.check(own, family);
}

/**
 * A rule as the rule files have it: `allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in`. One that was made for an application has
 * its name before the direction. Undefined: it is of another form.
 */
export function matchOfTuple(tuple: string): UfwMatch | undefined {
  const words = tuple.split(' ');
  const [action = '', protocol, port = '', to = '', , from = ''] = words;
  const [direction, ...interfaces] = (words.at(-1) ?? '').split('_');
  const verb = actions.find((name) => name === action.split('_')[0]);
  if (words.length < 7 || verb === undefined) return undefined;
  return {
    action: verb,
    port,
    protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : 'any',
    from: everywhere.has(from) ? 'any' : from,
    to: everywhere.has(to) ? 'any' : to,
    direction: direction === 'out' ? 'out' : 'in',
    interface: interfaces.length === 0 ? undefined : interfaces.join('_'),
  };
}

const actions = ['allow', 'deny', 'reject', 'limit'] as const;

const everywhere: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0']);

export function isOpening({ action }: UfwMatch): boolean {
  return action === 'allow' || action === 'limit';
}
