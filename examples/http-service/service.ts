import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { apply, asHostwrightError, type Playbook, plan, type RunEvent } from '@hostwright/core';

export interface ServiceSettings {
  /** What hosts are brought to. */
  readonly playbook: Playbook;
  /** Whoever sends it may change hosts: `Authorization: Bearer …`. */
  readonly token: string;
}

/**
 * Two endpoints that answer with a JSON object a line, as things happen:
 *
 * - `GET /hosts/web1` says what differs.
 * - `POST /hosts/web1` makes the changes. A client that goes away ends the run after the step at work.
 */
export function hostService(settings: ServiceSettings): Server {
  return createServer((request, response) => {
    answer(request, response, settings).catch((thrown) => {
      const { code, problem, remedy } = asHostwrightError(thrown).toJSON();
      end(response, 500, { code, problem, remedy });
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { playbook, token }: ServiceSettings,
): Promise<void> {
  if (!isAllowed(request, token))
    return end(response, 401, { problem: 'The token is missing or wrong.' });
  const host = /^\/hosts\/([^/]+)$/.exec(request.url ?? '')?.[1];
  if (host === undefined || !playbook.inventory.hosts.has(host)) {
    return end(response, 404, { problem: 'There is no such host.' });
  }
  const { method } = request;
  if (method !== 'GET' && method !== 'POST') return end(response, 405, { problem: 'GET or POST.' });
  await stream(response, (onEvent, signal) => {
    const run = { limit: host, onEvent, signal };
    return method === 'GET' ? plan(playbook, run) : apply(playbook, run);
  });
}

/** Events of a run as lines, the last of them what became of it. */
async function stream(
  response: ServerResponse,
  work: (onEvent: (event: RunEvent) => void, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const write = (line: object) => response.write(`${JSON.stringify(line)}\n`);
  try {
    await work(write, abort.signal);
  } catch (thrown) {
    write({ type: 'run.failed', error: asHostwrightError(thrown).toJSON() });
  }
  response.end();
}

/** Digests have one length, and are compared in one time. */
function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
}

function end(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
