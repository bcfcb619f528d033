import { isIPv4, isIPv6 } from 'node:net';
import packet from 'dns-packet';
import { parseCharacterStrings, quoteBytes, splitCharacterStrings } from './character-string.ts';
import { copyName, decoding, malformed, readName, type WireRecord } from './dns-message.ts';
import { canonicalValue, type RecordType } from './record-value.ts';

/** Where the name stands in the data of types that hold one. */
const nameOffset: Readonly<Partial<Record<RecordType, number>>> = {
  CNAME: 0,
  NS: 0,
  PTR: 0,
  MX: 2,
  SRV: 6,
};

/** Record data of a canonical value, without RDLENGTH. */
export function encodeData(type: RecordType, value: string): Buffer {
  return packet.record(type).encode(toPacket(type, value)).subarray(2);
}

/**
 * The canonical value of a record that was read.
 * Errors: DNS_REPLY_MALFORMED; DNS_RECORD_INVALID for a name with bytes that canonical names do not have.
 */
export function decodeData(type: RecordType, bytes: Buffer, record: WireRecord): string {
  const part = `the data of a record of type ${type}`;
  return canonicalValue(
    type,
    decoding(part, () => presentation(type, bytes, record)),
  );
}

/**
 * The data of a record as the server keeps it, for a prerequisite: letter case and the split of texts included, only
 * names uncompressed. Servers may compare bytes, so the canonical value would not do.
 */
export function copyData(type: RecordType, bytes: Buffer, record: WireRecord): Buffer {
  const { dataStart, dataLength } = record;
  const at = nameOffset[type];
  if (at === undefined) return Buffer.from(bytes.subarray(dataStart, dataStart + dataLength));
  const numbers = bytes.subarray(dataStart, dataStart + at);
  return Buffer.concat([numbers, copyName(bytes, dataStart + at)]);
}

function toPacket(type: RecordType, value: string): unknown {
  const words = value.split(' ');
  const [first = '', second = '', third = '', fourth = ''] = words;
  switch (type) {
    case 'MX':
      return { preference: Number(first), exchange: second };
    case 'SRV':
      return {
        priority: Number(first),
        weight: Number(second),
        port: Number(third),
        target: fourth,
      };
    case 'CAA': {
      const quoted = words.slice(2).join(' ');
      return {
        flags: Number(first),
        tag: second,
        value: parseCharacterStrings(quoted, 'CAA value').toString('latin1'),
      };
    }
    case 'TLSA':
      return {
        usage: Number(first),
        selector: Number(second),
        matchingType: Number(third),
        certificate: Buffer.from(fourth, 'hex'),
      };
    case 'TXT':
      return [...splitCharacterStrings(parseCharacterStrings(value, 'TXT value'))];
    default:
      return value;
  }
}

/**
 * The codecs of dns-packet read at a place that begins with RDLENGTH and follow compressed names, so they get the
 * whole message. They trust RDLENGTH too much: what they may read past is checked here.
 */
function presentation(type: RecordType, bytes: Buffer, record: WireRecord): string {
  const { dataStart, dataLength } = record;
  const decoded = (): unknown => packet.record(type).decode(bytes, dataStart - 2);
  const number = (offset: number) => bytes.readUInt16BE(dataStart + offset);
  const at = nameOffset[type];
  if (at !== undefined) {
    // Read apart from the codec, which cannot tell a dot inside a label from one between labels.
    const name = readName(bytes, dataStart + at);
    const numbers = Array.from({ length: at / 2 }, (_, index) => number(2 * index));
    return [...numbers, name].join(' ');
  }
  switch (type) {
    case 'A':
    case 'AAAA': {
      const address = decoded();
      const isValid = type === 'A' ? dataLength === 4 : dataLength === 16;
      if (isValid && typeof address === 'string' && (isIPv4(address) || isIPv6(address))) {
        return address;
      }
      throw malformed(`an address has ${dataLength} bytes`);
    }
    case 'TXT': {
      const strings = decoded() as Buffer[];
      return quoteBytes(Buffer.concat(strings));
    }
    case 'CAA': {
      const caa = decoded() as { flags: number; tag: string; value: string };
      return `${caa.flags} ${caa.tag} ${quoteBytes(Buffer.from(caa.value))}`;
    }
    case 'TLSA': {
      const tlsa = decoded() as Record<'usage' | 'selector' | 'matchingType', number> & {
        certificate: Buffer;
      };
      const { usage, selector, matchingType, certificate } = tlsa;
      return `${usage} ${selector} ${matchingType} ${certificate.toString('hex')}`;
    }
    default:
      throw malformed(`type ${type} is not expected`);
  }
}
