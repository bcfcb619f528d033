import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { parseMessage } from './dns-message.ts';
import { signMessage, type TsigAlgorithm, tsigKey, verifyReply } from './tsig.ts';

const file = new URL('captured/tsig-exchanges.json', import.meta.url);
const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as {
  exchanges: Record<string, { request: string; reply: string }>;
};

const hashBytes = { 'hmac-sha256': 32, 'hmac-sha384': 48, 'hmac-sha512': 64 } as const;
const vectors: [string, TsigAlgorithm][] = [
  ['dig hmac-sha256', 'hmac-sha256'],
  ['dig hmac-sha384', 'hmac-sha384'],
  ['dig hmac-sha512', 'hmac-sha512'],
  ['nsupdate', 'hmac-sha256'],
];

function vectorKey(algorithm: TsigAlgorithm) {
  const bytes = Buffer.from(Array.from({ length: hashBytes[algorithm] }, (_, index) => index));
  return tsigKey({
    name: `${algorithm}.vector.example`,
    algorithm,
    secret: secret(bytes.toString('base64')),
  });
}

function captured(label: string) {
  const exchange = exchanges[label];
  if (exchange === undefined) throw new Error(`no capture ${label}`);
  const request = Buffer.from(exchange.request, 'hex');
  const record = parseMessage(request).additionals.at(-1);
  if (record === undefined) throw new Error('no TSIG');
  const unsigned = Buffer.from(request.subarray(0, record.start));
  unsigned.writeUInt16BE(unsigned.readUInt16BE(10) - 1, 10);
  // The time follows the algorithm name: 11 letters, one length, one root label.
  const seconds = request.readUIntBE(record.dataStart + 13, 6);
  return { request, unsigned, seconds, reply: Buffer.from(exchange.reply, 'hex') };
}

function codeOf(work: () => void): string {
  try {
    work();
    return 'believed';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test.each(vectors)('%s signs to the same bytes', (label, algorithm) => {
  const { request, unsigned, seconds } = captured(label);
  expect(signMessage(unsigned, vectorKey(algorithm), seconds).bytes).toEqual(request);
});

test.each(vectors)('the reply of BIND to %s is proved', (label, algorithm) => {
  const { unsigned, seconds, reply } = captured(label);
  const key = vectorKey(algorithm);
  const { mac } = signMessage(unsigned, key, seconds);
  expect(() => verifyReply(parseMessage(reply), key, mac, seconds + 299)).not.toThrow();
  const isTooOld = expect.objectContaining({ code: 'DNS_TSIG_BADTIME' });
  expect(() => verifyReply(parseMessage(reply), key, mac, seconds + 302)).toThrow(isTooOld);
});

test('R35: a reply with any one bit turned, or to another request, is not believed', () => {
  const { unsigned, seconds, reply } = captured('dig hmac-sha256');
  const key = vectorKey('hmac-sha256');
  const { mac } = signMessage(unsigned, key, seconds);
  const mistrusted = /^DNS_(TSIG_|REPLY_MALFORMED)/;
  for (let bit = 0; bit < reply.length * 8; bit += 1) {
    const turned = Buffer.from(reply);
    const at = bit >> 3;
    turned.writeUInt8(turned.readUInt8(at) ^ (1 << (bit & 7)), at);
    // The id of the message is not signed, its original id is (RFC 8945 §4.3.1); names have no letter case.
    const letter = String.fromCharCode(reply.readUInt8(at));
    if (at < 2 || ((bit & 7) === 5 && /[a-z]/i.test(letter))) continue;
    expect(codeOf(() => verifyReply(parseMessage(turned), key, mac, seconds))).toMatch(mistrusted);
  }
  const other = signMessage(unsigned, key, seconds + 1).mac;
  const isUntrusted = expect.objectContaining({ code: 'DNS_TSIG_REPLY' });
  expect(() => verifyReply(parseMessage(reply), key, other, seconds)).toThrow(isUntrusted);
});

test('an unsigned reply may report failure, and nothing else', () => {
  const { unsigned, seconds } = captured('dig hmac-sha256');
  const key = vectorKey('hmac-sha256');
  const { mac } = signMessage(unsigned, key, seconds);
  const reply = (rcode: number) => {
    const bytes = Buffer.from(unsigned);
    bytes.writeUInt16BE(0x8400 | rcode, 2);
    return parseMessage(bytes);
  };
  for (const rcode of [2, 5])
    expect(() => verifyReply(reply(rcode), key, mac, seconds)).not.toThrow();
  for (const rcode of [0, 3, 7, 8]) {
    expect(() => verifyReply(reply(rcode), key, mac, seconds)).toThrow('not signed');
  }
});

test('NOTAUTH to a signed query means that the key is unknown', () => {
  const { unsigned, seconds } = captured('dig hmac-sha256');
  const key = vectorKey('hmac-sha256');
  const { mac } = signMessage(unsigned, key, seconds);
  const bytes = Buffer.from(unsigned);
  bytes.writeUInt16BE(0x8009, 2);
  const isUnknown = expect.objectContaining({ code: 'DNS_TSIG_BADKEY' });
  expect(() => verifyReply(parseMessage(bytes), key, mac, seconds)).toThrow(isUnknown);
});

test('a key shows its secret nowhere', () => {
  const key = tsigKey({ name: 'ddns', secret: secret('c2VjcmV0') });
  const sinks = [
    JSON.stringify(key),
    inspect(key, { depth: 9, showHidden: true }),
    `${key.secret}`,
  ];
  for (const sink of sinks) expect(sink).not.toContain('c2VjcmV0');
});

test.each(['not base64!', 'abc', ''])(
  '%j is no secret, and the error does not repeat it',
  (text) => {
    const make = () => tsigKey({ name: 'ddns', secret: secret(text) });
    expect(make).toThrow('not base64 text');
    if (text !== '') expect(make).not.toThrow(text);
  },
);

test('MD5 is not offered', () => {
  const algorithm = 'hmac-md5' as TsigAlgorithm;
  expect(() => tsigKey({ name: 'ddns', algorithm, secret: secret('AAAA') })).toThrow('hmac-sha256');
});
