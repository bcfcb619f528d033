import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { secret } from '@hostwright/core';
import { afterEach, expect, test } from '@jest/globals';
import { startDeadline } from './deadline.ts';
import { jsonApi } from './json-api.ts';

const token = 'token-of-the-test';

interface Scripted {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

let cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups) await cleanup();
  cleanups = [];
});

/** A server that answers with what is scripted, the last of it again and again. */
async function scripted(replies: readonly (Scripted | 'reset')[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request.resume());
    const reply = replies[Math.min(requests.length, replies.length) - 1];
    if (reply === 'reset' || reply === undefined) {
      request.socket.resetAndDestroy();
      return;
    }
    response.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const ask = apiAt(`http://127.0.0.1:${address.port}/v1/`);
  return { ask, requests, close: () => server.closeAllConnections() };
}

function apiAt(url: string, allowsPlainHttp = false) {
  return jsonApi({
    label: 'The API',
    url,
    header: 'authorization',
    scheme: 'Bearer ',
    token: secret(token),
    allowsPlainHttp,
    reason: (body) => (body as { readonly why?: string } | undefined)?.why,
  });
}

const limit = (milliseconds = 5000) => startDeadline(milliseconds, undefined);

test('the token goes into its header, and a body is JSON', async () => {
  const { ask, requests } = await scripted([{ body: '{"a":1}' }]);
  expect(await ask('PATCH', '/x?y=z', limit(), { b: 2 })).toEqual({ status: 200, body: { a: 1 } });
  expect(requests[0]).toMatchObject({ method: 'PATCH', url: '/v1/x?y=z' });
  expect(requests[0]?.headers).toMatchObject({
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
  });
});

test('R39: 429 is waited out as long as it says, for changes too', async () => {
  const { ask, requests } = await scripted([
    { status: 429, headers: { 'retry-after': '1' } },
    { status: 429 },
    { body: '{}' },
  ]);
  const start = Date.now();
  expect((await ask('POST', '/', limit(), {})).status).toBe(200);
  expect(requests).toHaveLength(3);
  expect(Date.now() - start).toBeGreaterThanOrEqual(1400);
});

test('R39: 429 to the end is an error of its own', async () => {
  const { ask } = await scripted([{ status: 429, headers: { 'retry-after': '30' } }]);
  await expect(ask('GET', '/', limit(300))).rejects.toMatchObject({
    code: 'DNS_API_BUSY',
    problem: 'No answer within 0.3 s while The API answered 429 and asked to come back later.',
  });
});

test('R39: a failing server is asked again, but a change is not sent twice', async () => {
  const reading = await scripted([{ status: 503 }, { body: '{}' }]);
  expect((await reading.ask('GET', '/', limit())).status).toBe(200);
  const writing = await scripted([{ status: 503, body: '{"why":"overloaded"}' }]);
  await expect(writing.ask('PATCH', '/', limit(), {})).rejects.toMatchObject({
    code: 'DNS_API_FAILED',
    problem: 'The API answered 503: overloaded.',
  });
  expect(writing.requests).toHaveLength(1);
});

test.each<[string, Scripted | 'reset', string, string]>([
  [
    '401',
    { status: 401, body: '{"why":"bad"}' },
    'DNS_API_DENIED',
    'does not admit the token (401: bad)',
  ],
  [
    '422',
    { status: 422, body: '{"why":"No CNAME."}' },
    'DNS_API_REFUSED',
    'answered 422: No CNAME.',
  ],
  ['400 without words', { status: 400, body: 'x' }, 'DNS_API_REFUSED', 'answered 400.'],
  ['no JSON', { body: '<html>' }, 'DNS_REPLY_MALFORMED', 'is no JSON'],
  ['a broken line', 'reset', 'DNS_CONNECTION_LOST', 'broke before it answered'],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://elsewhere.example/' } },
    'DNS_CONNECTION_LOST',
    'broke',
  ],
])('%s has an error of its own', async (_label, reply, code, problem) => {
  const { ask } = await scripted([reply]);
  await expect(ask('PATCH', '/', limit(), {})).rejects.toMatchObject({
    code,
    problem: expect.stringContaining(problem),
  });
});

test('404 is an answer', async () => {
  const { ask } = await scripted([{ status: 404 }]);
  expect((await ask('GET', '/', limit())).status).toBe(404);
});

test('nobody listening is unreachable, and the token is in no error', async () => {
  const error: unknown = await apiAt('http://127.0.0.1:4')('GET', '/', limit()).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'DNS_UNREACHABLE' });
  const { ask } = await scripted([{ status: 400, body: `{"why":"bad token ${token}"}` }]);
  const echoed: unknown = await ask('GET', '/', limit()).catch((thrown: unknown) => thrown);
  for (const each of [error, echoed, ask]) {
    expect(inspect(each, { depth: 12, showHidden: true })).not.toContain(token);
  }
});

test.each([
  'http://dns.example.com',
  'ftp://dns.example.com',
  'dns',
  'https://u:p@dns.example.com',
])('%s is refused', (url) => {
  expect(() => apiAt(url)).toThrow(expect.objectContaining({ code: 'DNS_RECORD_INVALID' }));
});

test('plain HTTP to another machine is a choice', () => {
  expect(() => apiAt('http://dns.example.com', true)).not.toThrow();
});

test('a token that is no secret is refused and not shown', () => {
  const bare = token as unknown as ReturnType<typeof secret>;
  const make = () =>
    jsonApi({
      label: 'x',
      url: 'https://x.example',
      header: 'x',
      scheme: '',
      token: bare,
      reason: () => '',
    });
  expect(make).toThrow('marked with secret()');
  expect(make).not.toThrow(token);
});
