import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { type HostwrightError, secret } from '@hostwright/core';
import { afterEach, expect, test } from '@jest/globals';
import { classCodes, opcodes, rcodes, typeCodes } from './dns-codes.ts';
import { type DnsMessage, encodeRecord, type OutgoingRecord, parseMessage } from './dns-message.ts';
import { recordContent, recordKey } from './dns-provider.ts';
import { encodeData } from './record-data.ts';
import { type Rfc2136Settings, rfc2136 } from './rfc2136.ts';
import { signMessage, type TsigKey, tsigKey } from './tsig.ts';

/** What a scripted server does with one request: bytes to send, or a way to break. */
type Reaction = Buffer | 'silent' | 'close' | 'reset';

const key = tsigKey({ name: 'ddns', secret: secret('c2VjcmV0LWluLXRlc3Q=') });
const www = recordKey({ zone: 'example.com', name: 'www', type: 'A' });
const old = recordContent('A', { ttl: 300, values: ['192.0.2.1'] });
const fresh = recordContent('A', { ttl: 300, values: ['192.0.2.2'] });
const change = { key: www, observed: old, desired: fresh };

let cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups) await cleanup();
  cleanups = [];
});

/** A server on a loopback port that answers as the test says, and remembers what it was asked. */
async function scripted(react: (request: DnsMessage, count: number) => Reaction) {
  const requests: DnsMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket
      .on('error', () => undefined)
      .on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        while (received.length > 2 && received.length >= 2 + received.readUInt16BE(0)) {
          const length = received.readUInt16BE(0);
          const request = parseMessage(received.subarray(2, 2 + length));
          received = received.subarray(2 + length);
          requests.push(request);
          const reaction = react(request, requests.length);
          if (reaction === 'close') socket.end();
          else if (reaction === 'reset') socket.resetAndDestroy();
          else if (reaction !== 'silent') socket.write(framed(reaction));
        }
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  const provider = (settings: Partial<Rfc2136Settings> = {}) =>
    rfc2136({ server: '127.0.0.1', port, timeoutMs: 2000, ...settings });
  return { requests, port, provider };
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

interface ReplyParts {
  readonly rcode?: number;
  readonly isAuthoritative?: boolean;
  readonly addresses?: readonly string[];
}

/** The request as a reply, with its signature off. */
function reply(request: DnsMessage, parts: ReplyParts = {}): Buffer {
  const { rcode = rcodes.NOERROR, isAuthoritative = true, addresses = [] } = parts;
  const [question] = request.questions;
  const name = question?.name ?? '.';
  const isSoa = question?.type === typeCodes.SOA && request.opcode === opcodes.QUERY;
  const nameEnd = 12 + (name === '.' ? 1 : name.length + 1) + 4;
  const head = Buffer.from(request.bytes.subarray(0, nameEnd));
  head.writeUInt16BE(0x8000 | (request.opcode << 11) | (isAuthoritative ? 0x400 : 0) | rcode, 2);
  const soa = { name, type: typeCodes.SOA, class: classCodes.IN, ttl: 60, data: Buffer.alloc(22) };
  const records: OutgoingRecord[] = isSoa && rcode === rcodes.NOERROR ? [soa] : [];
  if (!isSoa && question?.type === typeCodes.A && !name.startsWith('*')) {
    for (const address of addresses) {
      const data = encodeData('A', address);
      records.push({ name, type: typeCodes.A, class: classCodes.IN, ttl: 300, data });
    }
  }
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...records.map(encodeRecord)]);
}

async function readError(provider: ReturnType<typeof rfc2136>, signal?: AbortSignal) {
  const [reading] = await provider.read([www], signal);
  if (reading?.is !== 'unreadable') throw new Error(`was ${reading?.is}`);
  return reading.error;
}

test('one connection reads many sets at once', async () => {
  const { provider, requests } = await scripted((request) =>
    reply(request, { addresses: ['192.0.2.1'] }),
  );
  const keys = Array.from({ length: 100 }, (_, index) => ({
    ...www,
    name: `h${index}.example.com.`,
  }));
  const readings = await provider().read(keys);
  expect(readings.every((reading) => reading.is === 'present')).toBe(true);
  expect(readings[7]).toEqual({
    is: 'present',
    observed: { zone: 'example.com.', name: 'h7.example.com.', type: 'A', ...old },
  });
  expect(Object.isFrozen(readings[7]?.is === 'present' && readings[7].observed)).toBe(true);
  // 100 sets, the zone and the wildcard above them.
  expect(requests).toHaveLength(102);
});

test('nothing to read or write makes no connection', async () => {
  const provider = rfc2136({ server: '127.0.0.1', port: 1 });
  expect(await provider.read([])).toEqual([]);
  expect(await provider.write([])).toEqual([]);
});

test.each<[string, Reaction | ReplyParts, string, string]>([
  [
    'REFUSED',
    { rcode: rcodes.REFUSED },
    'DNS_REFUSED',
    'refused the query for example.com (REFUSED)',
  ],
  ['SERVFAIL', { rcode: rcodes.SERVFAIL }, 'DNS_SERVFAIL', 'failed at the query'],
  ['NOTAUTH', { rcode: rcodes.NOTAUTH }, 'DNS_NOT_AUTHORITATIVE', 'NOTAUTH'],
  ['NOTIMP', { rcode: rcodes.NOTIMP }, 'DNS_REPLY_CODE', 'answered NOTIMP'],
  ['a resolver', { isAuthoritative: false }, 'DNS_NOT_AUTHORITATIVE', 'not authoritative'],
  [
    'silence',
    'silent',
    'DNS_TIMEOUT',
    'No answer within 0.2 s while waiting for DNS server 127.0.0.1 port',
  ],
  ['a closed line', 'close', 'DNS_CONNECTION_LOST', 'closed the connection before it answered'],
  ['a reset line', 'reset', 'DNS_CONNECTION_LOST', 'closed the connection before it answered'],
  ['noise', Buffer.from('220 mail.example.com ESMTP'), 'DNS_REPLY_MALFORMED', 'was not asked'],
])('%s has an error of its own', async (_, reaction, code, problem) => {
  const react = (request: DnsMessage) =>
    typeof reaction === 'string' || Buffer.isBuffer(reaction) ? reaction : reply(request, reaction);
  const { provider } = await scripted(react);
  const error = await readError(provider({ timeoutMs: reaction === 'silent' ? 200 : 2000 }));
  expect(error.code).toBe(code);
  expect(error.message).toContain(problem);
});

test('nobody listening is unreachable, with the address', async () => {
  const { port } = await scripted(() => 'silent');
  for (const cleanup of cleanups.splice(0)) await cleanup();
  const error = await readError(rfc2136({ server: '127.0.0.1', port }));
  expect(error.code).toBe('DNS_UNREACHABLE');
  expect(error.problem).toBe(
    `DNS server 127.0.0.1 port ${port} cannot be reached over TCP: it refused the connection.`,
  );
});

test('the caller can stop a read and a write', async () => {
  const { provider } = await scripted(() => 'silent');
  const stopped = expect.objectContaining({ code: 'INTERRUPTED' });
  await expect(provider().read([www], AbortSignal.timeout(50))).rejects.toEqual(stopped);
  await expect(provider().write([change], AbortSignal.timeout(50))).rejects.toEqual(stopped);
  await expect(provider().read([www], AbortSignal.abort())).rejects.toEqual(stopped);
});

test('a server that closes after some answers is asked again for the rest', async () => {
  const { provider, requests } = await scripted((request, count) =>
    count === 2 ? 'close' : reply(request, { addresses: ['192.0.2.1'] }),
  );
  const [reading] = await provider().read([www]);
  expect(reading?.is).toBe('present');
  expect(requests.length).toBeGreaterThan(3);
});

test('R35: an update whose reply is lost is not sent twice: what the server holds decides', async () => {
  for (const [isApplied, code] of [
    [true, undefined],
    [false, 'DNS_CONNECTION_LOST'],
  ] as const) {
    let address = '192.0.2.1';
    const { provider, requests } = await scripted((request) => {
      if (request.opcode !== opcodes.UPDATE) return reply(request, { addresses: [address] });
      if (isApplied) address = '192.0.2.2';
      return 'reset';
    });
    const [error] = await provider().write([change]);
    expect(error?.code).toBe(code);
    expect(requests.filter(({ opcode }) => opcode === opcodes.UPDATE)).toHaveLength(1);
  }
});

test('R35: NOERROR is not believed', async () => {
  const { provider } = await scripted((request) => reply(request, { addresses: ['192.0.2.1'] }));
  const [error] = await provider().write([change]);
  expect(error?.code).toBe('DNS_NOT_APPLIED');
  expect(error?.problem).toContain('should be 300 192.0.2.2, but is 300 192.0.2.1');
});

test('what already is as desired is not written', async () => {
  const { provider, requests } = await scripted((request) =>
    reply(request, { addresses: ['192.0.2.2'] }),
  );
  expect(await provider().write([change])).toEqual([undefined]);
  expect(requests.every(({ opcode }) => opcode === opcodes.QUERY)).toBe(true);
});

/** Signs a reply as a server would: with the MAC of the request before it. */
function signedReply(request: DnsMessage, by: TsigKey, spoil: (bytes: Buffer) => void): Buffer {
  const signed = signMessage(
    reply(request, { addresses: ['192.0.2.1'] }),
    by,
    Math.floor(Date.now() / 1000),
  );
  spoil(signed.bytes);
  return signed.bytes;
}

/** A primary that takes the update, and a secondary that serves it from its nth question on. */
async function withSecondary(servesFrom: number) {
  let address = '192.0.2.1';
  const primary = await scripted((request) => {
    if (request.opcode === opcodes.UPDATE) address = '192.0.2.2';
    return reply(request, { addresses: [address] });
  });
  const secondary = await scripted((request, count) =>
    reply(request, { addresses: [count >= servesFrom ? '192.0.2.2' : '192.0.2.1'] }),
  );
  const secondaries = [{ server: '127.0.0.1', port: secondary.port }];
  return { provider: primary.provider, secondary, secondaries };
}

test('R37: a write waits until the secondaries serve it, and only asks them', async () => {
  const { provider, secondary, secondaries } = await withSecondary(2);
  expect(await provider({ secondaries }).write([change])).toEqual([undefined]);
  expect(secondary.requests.map(({ opcode }) => opcode)).toEqual([opcodes.QUERY, opcodes.QUERY]);
});

test('R37: a secondary that lags, or does not answer, is named', async () => {
  const { provider, secondary, secondaries } = await withSecondary(99);
  const silent = await scripted(() => 'silent');
  const both = [...secondaries, { server: '127.0.0.1', port: silent.port }];
  const settings = { secondaries: both, propagationTimeoutMs: 300 };
  const [error] = await provider(settings).write([change]);
  expect(error?.code).toBe('DNS_NOT_PROPAGATED');
  expect(error?.problem).toBe(
    `www.example.com A is written, but not served everywhere: DNS server 127.0.0.1 port ${secondary.port} says ` +
      `300 192.0.2.1; DNS server 127.0.0.1 port ${silent.port} does not answer.`,
  );
});

test('a reply that is unsigned, or signed without the request, is not trusted', async () => {
  const unsigned = await scripted((request) => reply(request, { addresses: ['192.0.2.1'] }));
  const replayed = await scripted((request) => signedReply(request, key, () => undefined));
  for (const [{ provider }, problem] of [
    [unsigned, 'not signed'],
    [replayed, 'signature does not fit'],
  ] as const) {
    const error = await readError(provider({ key }));
    expect([error.code, error.problem]).toEqual([
      'DNS_TSIG_REPLY',
      expect.stringContaining(problem),
    ]);
  }
});

test('the secret is in no error, at any depth', async () => {
  const { provider } = await scripted((request) => reply(request));
  const error: HostwrightError = await readError(provider({ key }));
  const shown =
    inspect([error, provider({ key })], { depth: 12, showHidden: true }) + JSON.stringify(error);
  expect(shown).not.toContain('c2VjcmV0LWluLXRlc3Q');
  expect(shown).not.toContain('secret-in-test');
});

test.each([{ port: 0 }, { port: 1.5 }, { timeoutMs: 0 }, { server: '' }])(
  '%j is refused',
  (bad) => {
    expect(() => rfc2136({ server: '192.0.2.53', ...bad })).toThrow(
      expect.objectContaining({ code: 'DNS_RECORD_INVALID' }),
    );
  },
);
