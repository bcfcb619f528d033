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

const bridge = 'br0';

export function controllerAddress(id: number): string {
  return `${networkPrefix}.${id}.1`;
}

export function hostAddress(id: number, index: number): string {
  return `${networkPrefix}.${id}.${hostsFirst + index}`;
}

export function aptCacheUrl(id: number): string {
  return `http://${controllerAddress(id)}:${aptCachePort}`;
}

/** Every boot of a host gets a fresh network namespace with this path, as a machine gets a fresh network stack. */
export function hostNamespacePath(id: number, host: string): string {
  return `/run/netns/${hostNamespaceName(id, host)}`;
}

/**
 * Shell commands that give a host its namespace, with one link to the bridge in it called host0; what an earlier boot left
 * is removed first. The hardware address is the same every time, since neighbours remember it.
 */
export function connectHostScript(id: number, host: string, address: string): string {
  const own = hostNamespaceName(id, host);
  const last = Number(address.split('.').at(-1));
  const port = `port${last}`;
  const hardware = ['02', 'c6', '12', '00', ...[id, last].map(twoHexDigits)].join(':');
  return `
ip -n ${namespaceName(id)} link delete ${port} 2>/dev/null
ip netns delete ${own} 2>/dev/null
ip netns add ${own} || exit 1
ip -n ${namespaceName(id)} link add ${port} type veth \
  peer name host0 address ${hardware} netns ${own} || exit 1
ip -n ${namespaceName(id)} link set ${port} master ${bridge} up || exit 1
`;
}

function twoHexDigits(byte: number): string {
  return byte.toString(16).padStart(2, '0');
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
  const { stdout } = await runCommand('ip', ['netns', 'list']);
  const names = stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
  const own = names.filter(
    (name) => name === namespaceName(id) || name.startsWith(hostNamespaceName(id, '')),
  );
  for (const name of own) await runCommand('ip', ['netns', 'delete', name]);
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

function hostNamespaceName(id: number, host: string): string {
  return `${namespaceName(id)}-${host}`;
}

/** Interface names have at most 15 characters. */
function linkName(id: number): string {
  return `hwlab${id}`;
}
