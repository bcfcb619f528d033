import { aptCachePort } from './apt-cache.ts';
import { LabError } from './lab-error.ts';
import { outputOf, runCommand } from './run-command.ts';

/**
 * 198.18.0.0/15 is set aside for tests of network equipment (RFC 2544), so nothing real answers there.
 * A lab has the /24 of its id: .1 is the controller, .11 to .200 are hosts, .201 to .250 further client addresses.
 */
const networkPrefix = '198.18';
const hostsFirst = 11;
export const hostsMax = 190;
const clientsFirst = 201;
const clientsLast = 250;

export const bridge = 'br0';

export function controllerAddress(id: number): string {
  return `${networkPrefix}.${id}.1`;
}

export function hostAddress(id: number, index: number): string {
  return `${networkPrefix}.${id}.${hostsFirst + index}`;
}

export function aptCacheUrl(id: number): string {
  return `http://${controllerAddress(id)}:${aptCachePort}`;
}

export function namespacePath(id: number): string {
  return `/run/netns/${namespaceName(id)}`;
}

/** Third numbers of networks that this machine uses or routes already, by a lab or by anything else. */
export async function usedNetworks(): Promise<ReadonlySet<number>> {
  const routes = await outputOf('ip', ['-4', 'route', 'show', 'table', 'all']);
  const namespaces = await outputOf('ip', ['netns', 'list']);
  const ids = [
    ...routes.matchAll(/\b198\.18\.(\d+)\./g),
    ...namespaces.matchAll(/^hwlab-(\d+)\b/gm),
  ].map((match) => Number(match[1]));
  return new Set(ids);
}

/**
 * A bridge in a namespace of its own, joined to this one by one link. Hosts get no default route, and this machine does
 * not forward what comes in by that link, even where it forwards elsewhere: hosts reach each other and .1, nothing else.
 */
export async function createNetwork(id: number): Promise<void> {
  const namespace = namespaceName(id);
  const link = linkName(id);
  await outputOf('ip', ['netns', 'add', namespace]);
  const inside = [
    'link set lo up',
    `link add ${bridge} type bridge`,
    `link add up0 type veth peer name ${link} netns ${process.pid}`,
    `link set up0 master ${bridge}`,
    'link set up0 up',
    `link set ${bridge} up`,
  ];
  await outputOf('ip', ['-n', namespace, '-batch', '-'], { input: `${inside.join('\n')}\n` });
  await outputOf('sysctl', [
    '-qw',
    `net.ipv6.conf.${link}.disable_ipv6=1`,
    `net.ipv4.conf.${link}.forwarding=0`,
  ]);
  const outside = [`addr add ${controllerAddress(id)}/24 dev ${link}`, `link set ${link} up`];
  await outputOf('ip', ['-batch', '-'], { input: `${outside.join('\n')}\n` });
}

/** Safe to call for a network that is half there or gone. */
export async function removeNetwork(id: number): Promise<void> {
  await runCommand('ip', ['link', 'delete', linkName(id)]);
  await runCommand('ip', ['netns', 'delete', namespaceName(id)]);
}

/** One more address on the controller's side, for tests that need several clients; bind to it as `localAddress`. */
export async function addClientAddress(id: number): Promise<string> {
  const shown = await outputOf('ip', ['-4', 'addr', 'show', 'dev', linkName(id)]);
  for (let last = clientsFirst; last <= clientsLast; last += 1) {
    const address = `${networkPrefix}.${id}.${last}`;
    if (shown.includes(`inet ${address}/`)) continue;
    await outputOf('ip', ['addr', 'add', `${address}/24`, 'dev', linkName(id)]);
    return address;
  }
  throw new LabError(
    `Lab ${id} has all of its ${clientsLast - clientsFirst + 1} client addresses.`,
  );
}

export async function removeClientAddress(id: number, address: string): Promise<void> {
  await outputOf('ip', ['addr', 'delete', `${address}/24`, 'dev', linkName(id)]);
}

function namespaceName(id: number): string {
  return `hwlab-${id}`;
}

/** Interface names have at most 15 characters. */
function linkName(id: number): string {
  return `hwlab${id}`;
}
