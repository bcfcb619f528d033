import type { Host } from '../model/host.ts';
import type { Transport } from '../model/transport.ts';
import { openLocal } from './local-transport.ts';
import type { SshOptions } from './open-link.ts';
import { connectSsh } from './ssh-transport.ts';
import { interrupted } from './transport-errors.ts';

export type ConnectOptions = SshOptions;

/** Opens the transport that the inventory asks for. The pseudo-host `controller` is this machine. */
export async function connect(host: Host, options: ConnectOptions = {}): Promise<Transport> {
  if (host.connection === 'ssh') return connectSsh(host, options);
  if (options.signal?.aborted) throw interrupted().with({ host: host.name });
  return openLocal(host);
}
