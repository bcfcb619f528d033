import type { Host } from './host.ts';

/** How a run gets to a host and who it is there, as the inventory says it: what a plan must not take away. */
export interface Way {
  readonly host: string;
  readonly connection: Host['connection'];
  readonly address: string;
  /** TCP port of sshd. */
  readonly port: number;
  /** User that logs in. */
  readonly user: string;
  /** User that it becomes by sudo; undefined: none. */
  readonly becomeUser?: string;
  /** `USER@ADDRESS:PORT` of each host that is gone through, the first one first. */
  readonly jumps?: readonly string[];
  /** Address that the host sees the run come from, where that is known. */
  readonly client?: string;
}

const portDefault = 22;
/** What the SSH configuration of this machine may say instead is not known before the connection. */
const userDefault = 'root';

/** The way of a host. A key is no part of it: it may be another one on each controller. */
export function wayOf(host: Host): Way {
  const { name, connection, address, user, ssh, become } = host;
  const jumps = jumpsOf(ssh.jump);
  return Object.freeze({
    host: name,
    connection,
    address,
    port: ssh.port ?? portDefault,
    user: user ?? userDefault,
    ...(become === undefined ? {} : { becomeUser: become.user ?? 'root' }),
    ...(jumps.length === 0 ? {} : { jumps }),
  });
}

function jumpsOf(jump: Host['ssh']['jump']): readonly string[] {
  if (jump === undefined) return [];
  const user = jump.user === undefined ? '' : `${jump.user}@`;
  const own = `${user}${jump.address}:${jump.ssh?.port ?? portDefault}`;
  return [...jumpsOf(jump.ssh?.jump), own];
}
