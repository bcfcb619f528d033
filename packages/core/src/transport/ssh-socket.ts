import net from 'node:net';
import { HostwrightError } from '../model/errors.ts';
import { reasonOf } from './reason.ts';
import { duration } from './transport-errors.ts';
import { withinLimits } from './within-limits.ts';

export interface Destination {
  readonly address: string;
  readonly port: number;
}

/**
 * Opens the TCP connection for SSH. Ours and not ssh2's, because ssh2 leaves Nagle's algorithm on, and every small
 * exchange would wait 40 ms for a delayed acknowledgement.
 */
export async function openSocket(
  { address, port }: Destination,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<net.Socket> {
  const socket = net.connect({ host: address, port, noDelay: true, autoSelectFamily: true });
  const opened = new Promise<net.Socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', (cause) => reject(explain(cause, address, port)));
  });
  const late = () => {
    const problem = `${address} port ${port} did not answer within ${duration(timeoutMs)}.`;
    const remedy = 'Check the address, that the host is up, and the firewalls between.';
    return unreachable(problem, remedy);
  };
  try {
    return await withinLimits(opened, { timeoutMs, signal, late });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function explain(cause: unknown, address: string, port: number): HostwrightError {
  const code = reasonOf(firstOf(cause));
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable(
        `${address} refused the connection: nothing listens on port ${port}.`,
        'Check that sshd runs on the host, and the port in the inventory.',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'ENODATA':
      return unreachable(
        `The name ${address} cannot be resolved (${code}).`,
        'Check the address in the inventory, or the resolver of this machine.',
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable(
        `There is no route to ${address} (${code}).`,
        'Check the address in the inventory and the network of this machine.',
      );
    default:
      return unreachable(`${address} port ${port} could not be reached: ${code}.`);
  }
}

/** A name with several addresses fails with one error per address; they differ little. */
function firstOf(cause: unknown): unknown {
  if (typeof cause !== 'object' || cause === null || !('errors' in cause)) return cause;
  return Array.isArray(cause.errors) ? (cause.errors[0] ?? cause) : cause;
}

function unreachable(problem: string, remedy?: string): HostwrightError {
  return new HostwrightError('TRANSPORT_UNREACHABLE', { problem, remedy });
}
