import { createHmac, timingSafeEqual } from 'node:crypto';
import { HostwrightError, reveal, Secret } from '@hostwright/core';
import { classCodes, opcodes, rcodes, tsigErrors, typeCodes } from './dns-codes.ts';
import {
  type DnsMessage,
  decoding,
  encodeName,
  encodeRecord,
  malformed,
  readNameAt,
} from './dns-message.ts';
import { canonicalName, formatName } from './domain-name.ts';
import { invalidField } from './invalid-field.ts';

/** HMAC-MD5 and HMAC-SHA1 are left out: RFC 8945 §6 deprecates both. */
const tsigAlgorithms = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const;

export type TsigAlgorithm = (typeof tsigAlgorithms)[number];

/** A key that client and server share (RFC 8945). */
export interface TsigKey {
  /** Canonical name, the same on both sides. */
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  /** Base64, as tsig-keygen and keymgr print it. */
  readonly secret: Secret;
}

/** Clocks may differ by this many seconds (RFC 8945 §10 recommends 300). */
const fudgeSeconds = 300;

/** Codes that make any request fail, so that a forged reply can only do what a cut line can. */
const unsignedRcodes: readonly number[] = [
  rcodes.FORMERR,
  rcodes.SERVFAIL,
  rcodes.NOTIMP,
  rcodes.REFUSED,
  rcodes.NOTAUTH,
];

/** Seconds travel as 48 bits. */
const secondsMax = 2 ** 48 - 1;

/**
 * A key in canonical form.
 * Errors: DNS_RECORD_INVALID; the message never holds the secret.
 * @example tsigKey({ name: 'ddns', secret: secret(readFileSync('ddns.key', 'utf8').trim()) })
 */
export function tsigKey(input: {
  readonly name: string;
  /** hmac-sha256 when left out. */
  readonly algorithm?: TsigAlgorithm | undefined;
  readonly secret: Secret;
}): TsigKey {
  const algorithm = input.algorithm ?? 'hmac-sha256';
  if (!tsigAlgorithms.includes(algorithm)) {
    throw invalidField('TSIG algorithm', algorithm, `one of ${tsigAlgorithms.join(', ')}`);
  }
  if (!(input.secret instanceof Secret) || !isBase64(reveal(input.secret))) {
    throw new HostwrightError('DNS_RECORD_INVALID', {
      problem: 'The TSIG secret is not base64 text marked with secret().',
      remedy: "Pass the value of `secret` in the server's key clause, without its quotes.",
    });
  }
  const name = canonicalName(input.name, 'TSIG key name');
  return Object.freeze({ name, algorithm, secret: input.secret });
}

/** A message with its signature, and the MAC that the reply must continue. */
export interface SignedMessage {
  readonly bytes: Buffer;
  readonly mac: Buffer;
}

/** Appends a TSIG record. `message` must not have one. */
export function signMessage(message: Buffer, key: TsigKey, seconds: number): SignedMessage {
  const timers = { seconds, fudge: fudgeSeconds, error: 0, other: Buffer.alloc(0) };
  const mac = computeMac(key, [message, signedVariables(key, timers)]);
  const data = encodeTsigData(key, timers, mac, message.readUInt16BE(0));
  const record = { name: key.name, type: typeCodes.TSIG, class: classCodes.ANY, ttl: 0, data };
  const bytes = Buffer.concat([message, encodeRecord(record)]);
  bytes.writeUInt16BE(bytes.readUInt16BE(10) + 1, 10);
  return { bytes, mac };
}

/**
 * Proves that a reply comes from a holder of the key and answers this request. A reply that reports failure may
 * be unsigned, as RFC 8945 allows; one that says anything about records may not.
 * Errors: DNS_TSIG_BADKEY, DNS_TSIG_BADSIG, DNS_TSIG_BADTIME, DNS_TSIG_REPLY, DNS_REPLY_MALFORMED.
 */
export function verifyReply(
  reply: DnsMessage,
  key: TsigKey,
  requestMac: Buffer,
  nowSeconds: number,
): void {
  const tsig = decoding('its TSIG record', () => readTsig(reply));
  if (tsig === undefined) {
    // Knot 3.4 leaves out the TSIG record that says BADKEY; a query has no other reason for NOTAUTH.
    if (reply.rcode === rcodes.NOTAUTH && reply.opcode === opcodes.QUERY) throw badKey(key);
    if (unsignedRcodes.includes(reply.rcode)) return;
    throw untrusted('it is not signed, though the request was');
  }
  if (tsig.error === tsigErrors.BADKEY) throw badKey(key);
  if (tsig.error === tsigErrors.BADSIG) throw badSignature(key);
  if (tsig.name !== key.name || tsig.algorithm !== `${key.algorithm}.`) {
    throw untrusted(
      `it is signed with key ${formatName(tsig.name)}, ${formatName(tsig.algorithm)}`,
    );
  }
  const length = Buffer.alloc(2);
  length.writeUInt16BE(requestMac.length);
  const expected = computeMac(key, [
    length,
    requestMac,
    tsig.signedBytes,
    signedVariables(key, tsig),
  ]);
  // A shortened MAC is refused: no server is asked for one, and short ones can be guessed.
  if (tsig.mac.length !== expected.length || !timingSafeEqual(tsig.mac, expected)) {
    throw untrusted('its signature does not fit');
  }
  if (tsig.error === tsigErrors.BADTIME) throw badTime(tsig, nowSeconds);
  if (tsig.error !== 0) throw untrusted(`it reports TSIG error ${tsig.error}`);
  if (Math.abs(tsig.seconds - nowSeconds) > tsig.fudge) throw badTime(tsig, nowSeconds);
}

interface TsigTimers {
  readonly seconds: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Buffer;
}

interface ReceivedTsig extends TsigTimers {
  readonly name: string;
  readonly algorithm: string;
  readonly mac: Buffer;
  /** The message as it was signed: without the TSIG record, under its original id. */
  readonly signedBytes: Buffer;
}

/** The TSIG record, which must be the last one of the message. */
function readTsig(message: DnsMessage): ReceivedTsig | undefined {
  const { bytes } = message;
  const record = message.additionals.at(-1);
  if (record === undefined || record.type !== typeCodes.TSIG) return undefined;
  // Both are signed as these constants (RFC 8945 §4.2), so another value would go unseen.
  if (record.class !== classCodes.ANY || record.ttl !== 0)
    throw malformed('its TSIG record is odd');
  const end = record.dataStart + record.dataLength;
  const { name: algorithm, length } = readNameAt(bytes, record.dataStart);
  let at = record.dataStart + length;
  if (at + 10 > end) throw malformed('its TSIG record is cut short');
  const seconds = bytes.readUIntBE(at, 6);
  const fudge = bytes.readUInt16BE(at + 6);
  const macLength = bytes.readUInt16BE(at + 8);
  at += 10;
  if (at + macLength + 6 > end) throw malformed('its TSIG record is cut short');
  const mac = bytes.subarray(at, at + macLength);
  at += macLength;
  const other = bytes.subarray(at + 6, end);
  if (other.length !== bytes.readUInt16BE(at + 4)) throw malformed('its TSIG record is cut short');
  const signedBytes = Buffer.from(bytes.subarray(0, record.start));
  signedBytes.writeUInt16BE(bytes.readUInt16BE(at), 0);
  signedBytes.writeUInt16BE(message.additionals.length - 1, 10);
  const error = bytes.readUInt16BE(at + 2);
  return { name: record.name, algorithm, seconds, fudge, mac, error, other, signedBytes };
}

/** The fields that are signed beside the message, in the order of RFC 8945 §4.3.3. */
function signedVariables(key: TsigKey, { seconds, fudge, error, other }: TsigTimers): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(classCodes.ANY, 0);
  const tail = Buffer.alloc(12);
  tail.writeUIntBE(Math.min(seconds, secondsMax), 0, 6);
  tail.writeUInt16BE(fudge, 6);
  tail.writeUInt16BE(error, 8);
  tail.writeUInt16BE(other.length, 10);
  return Buffer.concat([encodeName(key.name), head, encodeName(`${key.algorithm}.`), tail, other]);
}

function encodeTsigData(key: TsigKey, timers: TsigTimers, mac: Buffer, id: number): Buffer {
  const head = Buffer.alloc(10);
  head.writeUIntBE(timers.seconds, 0, 6);
  head.writeUInt16BE(timers.fudge, 6);
  head.writeUInt16BE(mac.length, 8);
  const tail = Buffer.alloc(6);
  tail.writeUInt16BE(id, 0);
  tail.writeUInt16BE(timers.error, 2);
  tail.writeUInt16BE(timers.other.length, 4);
  return Buffer.concat([encodeName(`${key.algorithm}.`), head, mac, tail, timers.other]);
}

function computeMac(key: TsigKey, parts: readonly Buffer[]): Buffer {
  const hash = key.algorithm.slice('hmac-'.length);
  const hmac = createHmac(hash, Buffer.from(reveal(key.secret), 'base64'));
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0;
}

function badKey(key: TsigKey): HostwrightError {
  return new HostwrightError('DNS_TSIG_BADKEY', {
    problem: `The DNS server does not know a TSIG key ${formatName(key.name)} with ${key.algorithm} (BADKEY).`,
  });
}

function badSignature(key: TsigKey): HostwrightError {
  return new HostwrightError('DNS_TSIG_BADSIG', {
    problem: `The DNS server has another secret for the TSIG key ${formatName(key.name)} (BADSIG).`,
  });
}

/** In a BADTIME reply the server's clock stands in the other data, its time field repeats the request's. */
function badTime(tsig: ReceivedTsig, nowSeconds: number): HostwrightError {
  const theirs = tsig.other.length === 6 ? tsig.other.readUIntBE(0, 6) : tsig.seconds;
  const apart = Math.abs(theirs - nowSeconds);
  return new HostwrightError('DNS_TSIG_BADTIME', {
    problem:
      `The clock of the DNS server says ${formatTime(theirs)}, this machine's says ` +
      `${formatTime(nowSeconds)}: ${apart} s apart, ${tsig.fudge} s are allowed (BADTIME).`,
  });
}

function formatTime(seconds: number): string {
  const milliseconds = seconds * 1000;
  // Dates end at 8.64e15 ms; a server may send anything that fits 48 bits.
  return milliseconds <= 8.64e15
    ? new Date(milliseconds).toISOString().replace('.000Z', 'Z')
    : `${seconds} s`;
}

function untrusted(reason: string): HostwrightError {
  return new HostwrightError('DNS_TSIG_REPLY', {
    problem: `The reply of the DNS server cannot be trusted: ${reason}.`,
  });
}
