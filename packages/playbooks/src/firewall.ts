import type { Declarations } from '@hostwright/core';
import { Package, Ufw, UfwRule } from '@hostwright/modules';

/** TCP and UDP ports, 1 to 65535. */
export interface OpenPorts {
  readonly tcp: readonly number[];
  readonly udp?: readonly number[];
  /** TCP ports that were open with other settings. */
  readonly closed?: readonly number[];
}

/** Everything is closed but these ports, for everybody. The port of SSH must be among them. */
export function firewall({ tcp, udp = [], closed = [] }: OpenPorts): Declarations {
  return [
    Package({ name: 'ufw' }),
    tcp.map((port) => UfwRule({ allow: port, proto: 'tcp' })),
    udp.map((port) => UfwRule({ allow: port, proto: 'udp' })),
    closed.map((port) => UfwRule({ allow: port, proto: 'tcp', ensure: 'absent' })),
    Ufw({ enabled: true, incoming: 'deny', outgoing: 'allow' }),
  ];
}
