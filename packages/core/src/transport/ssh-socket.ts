import net from 'node:net';
import { HostwrightError } from '../model/errors.ts';
import { reasonOf } from './reason.ts';
import { duration, interrupted } from './transport-errors.ts';

export interface Destination {
  readonly address: string;
  readonly port: number;
}

/**
 * Opens the TCP connection for SSH. Ours and not ssh2's, because ssh2 leaves Nagle's algorithm on, and every small
 * exchange would wait 40 ms for a delayed acknowledgement.
 */
export function openSocket(
  { address, port }: Destination,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<net.Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<net.Socket>();
  const socket = net.connect({ host: address, port, noDelay: true, autoSelectFamily: true });
  const fail = (error: HostwrightError) => {
    socket.destroy();
    reject(error);
  };
  const timer = setTimeout(() => {
    const problem = `${address} port ${port} did not answer within ${duration(timeoutMs)}.`;
    fail(
      unreachable(problem, 'Check the address, that the host is up, and the firewalls between.'),
    );
  }, timeoutMs);
  const abort = () => fail(interrupted());
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  socket.once('connect', () => resolve(socket));
  socket.once('error', (cause) => fail(explain(cause, address, port)));
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
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
