import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpReply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A way to go wrong, for the next request that `on` takes. */
export interface Fault {
  readonly on: (request: HttpRequest) => boolean;
  readonly reply: HttpReply | 'reset';
  /** True: what was asked for is done all the same. */
  readonly isDone?: boolean;
}

export interface EmulatedHttp {
  readonly url: string;
  readonly requests: HttpRequest[];
  /** Faults to come; each is used once. */
  readonly faults: Fault[];
  stop(): Promise<void>;
}

/** An HTTP server on a loopback port that answers as `react` says, but for faults. */
export async function startHttp(react: (request: HttpRequest) => HttpReply): Promise<EmulatedHttp> {
  const requests: HttpRequest[] = [];
  const faults: Fault[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://localhost');
      const request: HttpRequest = {
        method: incoming.method ?? '',
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(request);
      const index = faults.findIndex(({ on }) => on(request));
      const [fault] = index === -1 ? [] : faults.splice(index, 1);
      const done = fault === undefined || fault.isDone === true ? react(request) : undefined;
      const reply = fault?.reply ?? done;
      if (reply === 'reset' || reply === undefined) {
        incoming.socket.resetAndDestroy();
        return;
      }
      outgoing.writeHead(reply.status, reply.headers);
      outgoing.end(reply.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    faults,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
