import { randomInt } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { HostwrightError } from '@hostwright/core';
import type { Deadline } from './deadline.ts';
import { malformed } from './dns-message.ts';

/**
 * Questions on their way at once. BIND works on 23 of one connection and stops reading above that; 9.20.30 of Debian 13
 * was seen never to read on, one time in ten, when 128 were sent.
 */
const inFlightMax = 20;

/** One TCP connection to a DNS server. Requests are pipelined (RFC 7766 §6.2.1.1). */
export interface DnsConnection {
  /** Replies received so far. */
  replyCount(): number;
  /**
   * Sends the message that `build` makes for a free id and returns the reply with that id.
   * Errors: DNS_CONNECTION_LOST, DNS_REPLY_MALFORMED, DNS_TIMEOUT, INTERRUPTED.
   */
  exchange(build: (id: number) => Buffer): Promise<Buffer>;
  close(): void;
}

export interface ServerAddress {
  /** Host name or IP address. */
  readonly server: string;
  readonly port: number;
  /** For messages. */
  readonly label: string;
}

interface Waiting {
  readonly resolve: (reply: Buffer) => void;
  readonly reject: (error: HostwrightError) => void;
}

/**
 * Errors: DNS_UNREACHABLE, DNS_TIMEOUT, INTERRUPTED.
 */
export async function connectDns(
  address: ServerAddress,
  deadline: Deadline,
): Promise<DnsConnection> {
  const { server: host, port, label } = address;
  const connecting = `while connecting to ${label}`;
  if (deadline.signal.aborted) throw deadline.error(connecting);
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => fail(deadline.error(connecting));
    const onError = (error: NodeJS.ErrnoException) => fail(unreachable(label, error));
    const finish = () => {
      deadline.signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
    };
    const fail = (error: HostwrightError) => {
      finish();
      // A destroyed socket may still report; without a listener that would end the process.
      socket.on('error', () => undefined).destroy();
      reject(error);
    };
    deadline.signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError).once('connect', () => {
      finish();
      resolve();
    });
  });
  return frameMessages(socket, label, deadline);
}

function frameMessages(socket: Socket, label: string, deadline: Deadline): DnsConnection {
  const waiting = new Map<number, Waiting>();
  const queue: (() => void)[] = [];
  const send = burstWriter(socket);
  let replies = 0;
  let ended: HostwrightError | undefined;

  const end = (error: HostwrightError) => {
    ended ??= error;
    deadline.signal.removeEventListener('abort', onAbort);
    socket.destroy();
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
    for (const start of queue.splice(0)) start();
  };
  const onAbort = () => end(deadline.error(`while waiting for ${label}`));
  const deliver = (reply: Buffer) => {
    const id = reply.length < 2 ? -1 : reply.readUInt16BE(0);
    const receiver = waiting.get(id);
    if (receiver === undefined) {
      end(malformed('it answers a question that was not asked'));
      return;
    }
    waiting.delete(id);
    replies += 1;
    receiver.resolve(reply);
    queue.shift()?.();
  };

  deadline.signal.addEventListener('abort', onAbort, { once: true });
  if (deadline.signal.aborted) onAbort();
  socket
    .on('data', messageReader(deliver))
    .on('error', (error) => end(lost(label, error)))
    .on('close', () => end(lost(label, undefined)));

  return {
    replyCount: () => replies,
    async exchange(build) {
      if (waiting.size >= inFlightMax) await new Promise<void>((resolve) => queue.push(resolve));
      if (ended !== undefined) throw ended;
      const id = freeId(waiting);
      const message = build(id);
      return new Promise<Buffer>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send(message);
      });
    },
    close: () => end(lost(label, undefined)),
  };
}

/** Puts the length before each message (RFC 1035 §4.2.2). */
function burstWriter(socket: Socket): (message: Buffer) => void {
  let outgoing: Buffer[] = [];
  return (message) => {
    // What is asked for together leaves in one segment: the kernel then goes on to acknowledge replies at once.
    if (outgoing.length === 0) {
      setImmediate(() => {
        if (!socket.destroyed) socket.write(Buffer.concat(outgoing));
        outgoing = [];
      });
    }
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    outgoing.push(length, message);
  };
}

/** Cuts a stream into messages. */
function messageReader(deliver: (message: Buffer) => void): (chunk: Buffer) => void {
  let received: Buffer = Buffer.alloc(0);
  return (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      const message = received.subarray(2, end);
      received = received.subarray(end);
      deliver(message);
    }
  };
}

function freeId(waiting: ReadonlyMap<number, Waiting>): number {
  for (;;) {
    const id = randomInt(0x10000);
    if (!waiting.has(id)) return id;
  }
}

const unreachableReasons: Readonly<Record<string, string | undefined>> = {
  ECONNREFUSED: 'it refused the connection',
  ENOTFOUND: 'its name has no address',
  EAI_AGAIN: 'its name could not be resolved',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ECONNRESET: 'it reset the connection',
};

function unreachable(label: string, error: NodeJS.ErrnoException): HostwrightError {
  const reason = unreachableReasons[error.code ?? ''] ?? error.message;
  return new HostwrightError('DNS_UNREACHABLE', {
    problem: `${label} cannot be reached over TCP: ${reason}.`,
    cause: error,
  });
}

function lost(label: string, cause: unknown): HostwrightError {
  return new HostwrightError('DNS_CONNECTION_LOST', {
    problem: `${label} closed the connection before it answered.`,
    cause,
  });
}
