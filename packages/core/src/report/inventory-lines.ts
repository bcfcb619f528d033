import type { Host } from '../model/host.ts';
import type { RenderOptions } from './layout.ts';
import { type Line, line, paint, span } from './styled-line.ts';

/** Each host with how it is reached, its groups and its variables. Secrets print as such. */
export function renderInventory(hosts: readonly Host[], options: RenderOptions): string {
  if (hosts.length === 0) return 'There are no hosts.\n';
  return paint(hosts.flatMap(hostLines), options.isColor ?? false);
}

function hostLines(host: Host): readonly Line[] {
  const { name, groups, ssh, become, vars } = host;
  const settings = Object.entries(ssh).map(([key, value]) => row(`ssh.${key}`, value));
  const known = Object.entries(vars).map(([key, value]) => row(`vars.${key}`, value));
  return [
    line(span(name, 'strong'), span(`  ${reach(host)}`)),
    ...(groups.length === 0 ? [] : [line(span('  groups  ', 'dim'), groups.join(', '))]),
    ...(become === undefined ? [] : [row('become', { user: 'root', ...become })]),
    ...settings,
    ...known,
  ];
}

/** Without a user where the inventory names none: the SSH configuration may say one, else it is root. */
function reach({ connection, user, address, ssh: { port = 22 } }: Host): string {
  if (connection !== 'ssh') return connection;
  const login = user === undefined ? '' : `${user}@`;
  return `${login}${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function row(name: string, value: unknown): Line {
  return line(span(`  ${name}  `, 'dim'), JSON.stringify(value) ?? 'undefined');
}
