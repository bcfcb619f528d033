import { HostwrightError } from '@hostwright/core';
import packet from 'dns-packet';
import { classCodes } from './dns-codes.ts';

/** A record as it lies in a message; its data stays in the bytes, because it may point back into them. */
export interface WireRecord {
  /** Owner in lower case with a final dot; a dot inside a label is written `\.`. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  /** Offset of the record itself, and of its data behind RDLENGTH. */
  readonly start: number;
  readonly dataStart: number;
  readonly dataLength: number;
}

export interface DnsMessage {
  readonly bytes: Buffer;
  readonly id: number;
  readonly isReply: boolean;
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly opcode: number;
  readonly rcode: number;
  readonly questions: readonly { readonly name: string; readonly type: number }[];
  readonly answers: readonly WireRecord[];
  readonly authorities: readonly WireRecord[];
  readonly additionals: readonly WireRecord[];
}

const headerBytes = 12;

/**
 * Reads the frame of a message; dns-packet reads names and record data. Its own `decode` gives no offsets, which TSIG
 * needs, and stumbles over the empty data that UPDATE allows.
 * Errors: DNS_REPLY_MALFORMED.
 */
export function parseMessage(bytes: Buffer): DnsMessage {
  return decoding('its frame', () => parseFrame(bytes));
}

/** What dns-packet and Buffer throw over broken bytes, as DNS_REPLY_MALFORMED. */
export function decoding<Result>(part: string, decode: () => Result): Result {
  try {
    return decode();
  } catch (error) {
    if (error instanceof HostwrightError) throw error;
    throw malformed(`${part} is broken`, error);
  }
}

/** A name at an offset, lower case with a final dot. */
export function readName(bytes: Buffer, offset: number): string {
  return readNameAt(bytes, offset).name;
}

/** A name at an offset in the letter case it was sent in, uncompressed. */
export function copyName(bytes: Buffer, offset: number): Buffer {
  return encodeName(packet.name.decode(bytes, offset));
}

/** One name as it travels, uncompressed. Takes a canonical name. */
export function encodeName(name: string): Buffer {
  return packet.name.encode(name);
}

/** A standard query without recursion: only the server's own data is wanted. */
export function encodeQuery(id: number, name: string, type: string): Buffer {
  return packet.encode({ type: 'query', id, flags: 0, questions: [{ name, type }] });
}

/** A record for an UPDATE; `data` is empty where RFC 2136 wants RDLENGTH 0. */
export interface OutgoingRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly data: Buffer;
}

export function encodeRecord({ name, type, class: classCode, ttl, data }: OutgoingRecord): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(classCode, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), fixed, data]);
}

export function malformed(reason: string, cause?: unknown): HostwrightError {
  return new HostwrightError('DNS_REPLY_MALFORMED', {
    problem: `The reply of the DNS server could not be read: ${reason}.`,
    cause,
  });
}

function parseFrame(bytes: Buffer): DnsMessage {
  if (bytes.length < headerBytes) throw malformed(`it has ${bytes.length} bytes`);
  const flags = bytes.readUInt16BE(2);
  let offset = headerBytes;
  const questions = Array.from({ length: bytes.readUInt16BE(4) }, () => {
    const { name, length } = readNameAt(bytes, offset);
    const type = bytes.readUInt16BE(offset + length);
    offset += length + 4;
    return { name, type };
  });
  const section = (countOffset: number) =>
    Array.from({ length: bytes.readUInt16BE(countOffset) }, () => {
      const record = readRecord(bytes, offset);
      offset = record.dataStart + record.dataLength;
      return record;
    });
  const message = {
    bytes,
    id: bytes.readUInt16BE(0),
    isReply: (flags & 0x8000) !== 0,
    isAuthoritative: (flags & 0x0400) !== 0,
    isTruncated: (flags & 0x0200) !== 0,
    opcode: (flags >> 11) & 0xf,
    rcode: flags & 0xf,
    questions,
    answers: section(6),
    authorities: section(8),
    additionals: section(10),
  };
  if (offset !== bytes.length) throw malformed(`${bytes.length - offset} bytes follow its end`);
  return message;
}

function readRecord(bytes: Buffer, start: number): WireRecord {
  const { name, length } = readNameAt(bytes, start);
  const fixed = start + length;
  const record = {
    name,
    type: bytes.readUInt16BE(fixed),
    class: bytes.readUInt16BE(fixed + 2),
    ttl: bytes.readUInt32BE(fixed + 4),
    start,
    dataStart: fixed + 10,
    dataLength: bytes.readUInt16BE(fixed + 8),
  };
  if (record.dataStart + record.dataLength > bytes.length) {
    throw malformed('a record is longer than the message');
  }
  return record;
}

/** A name and the bytes it takes up at its place. */
export function readNameAt(bytes: Buffer, offset: number): { name: string; length: number } {
  const text = packet.name.decode(bytes, offset, { mail: true }).toLowerCase();
  return { name: text === '.' ? text : `${text}.`, length: packet.name.decode.bytes };
}

/** True for a record of ordinary data with this owner and type. */
export function isRecord(record: WireRecord, name: string, type: number): boolean {
  return record.name === name && record.type === type && record.class === classCodes.IN;
}
