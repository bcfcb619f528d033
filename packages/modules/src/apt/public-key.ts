import { createHash } from 'node:crypto';

/** Keys for checking signatures, as apt takes them. */
export interface PublicKey {
  /** One armored block of all keys, without headers: the same for all texts that hold the same keys. */
  readonly armored: string;
  /** Of each primary key, in capitals. */
  readonly fingerprints: readonly string[];
}

export type KeyReading = PublicKey | { readonly problem: string };

/** Characters of base64 in a line of armor, as RFC 9580 and gpg have it. */
const armorColumns = 64;

/** Types of packets. Source: RFC 9580, section 5. */
const packetTags = { publicKey: 6, marker: 10 } as const;
const secretTags = [5, 7];
/** What a transferable public key is made of: signatures, keys, markers, trust, user IDs and attributes, subkeys, padding. */
const publicTags = [2, 6, 10, 12, 13, 14, 17, 21];

/**
 * The public keys of an armored text. Blanks around lines, headers of the armor, text around the blocks, and the dots that
 * stand for empty lines in deb822 do not matter; several blocks become one, since not every apt takes more.
 */
export function readPublicKey(text: string): KeyReading {
  if (/-----BEGIN PGP PRIVATE KEY BLOCK-----/.test(text)) return { problem: isPrivate };
  const blocks = [...text.matchAll(blockPattern)].map(([, body = '']) => bytesOf(body));
  if (blocks.length === 0) {
    return {
      problem: 'it holds no whole PGP PUBLIC KEY BLOCK: give what `gpg --armor --export` prints.',
    };
  }
  if (blocks.includes(undefined)) {
    return { problem: 'its armor is damaged: a line is missing or changed.' };
  }
  const bytes = Buffer.concat(blocks.flatMap((block) => block ?? []));
  const packets = packetsOf(bytes);
  if (packets?.some(({ tag }) => secretTags.includes(tag))) return { problem: isPrivate };
  const first = packets?.find(({ tag }) => tag !== packetTags.marker);
  const isKey = packets?.every(({ tag }) => publicTags.includes(tag)) === true;
  if (packets === undefined || first?.tag !== packetTags.publicKey || !isKey) {
    return { problem: 'what its armor holds is no public key.' };
  }
  const primary = packets.filter(({ tag }) => tag === packetTags.publicKey);
  const fingerprints = primary.map(({ body }) => fingerprintOf(body));
  if (fingerprints.includes('')) return { problem: 'it is of a version that apt cannot use.' };
  return { armored: armorOf(bytes), fingerprints };
}

const isPrivate =
  'it is a private key, and who has it can sign packages as its owner. Give the public one: `gpg --armor --export`.';

const blockPattern =
  /^[ \t]*-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\r?\n([\s\S]*?)^[ \t]*-----END PGP PUBLIC KEY BLOCK-----/gm;

/** Undefined where the armor is damaged. */
function bytesOf(body: string): Buffer | undefined {
  const lines = body.split('\n').map((line) => line.trim().replace(/^\.$/, ''));
  const data = lines.filter((line) => line !== '' && !/^[A-Za-z-]+: /.test(line));
  const sums = data.filter((line) => /^=[A-Za-z0-9+/]{4}$/.test(line));
  const base64 = data.filter((line) => !sums.includes(line)).join('');
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && base64.length % 4 === 0;
  if (!isBase64 || sums.length > 1) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const [sum] = sums;
  return sum === undefined || sum === checksumOf(bytes) ? bytes : undefined;
}

function armorOf(bytes: Buffer): string {
  const base64 = bytes.toString('base64');
  const count = Math.ceil(base64.length / armorColumns);
  const lines = Array.from({ length: count }, (_, index) =>
    base64.slice(index * armorColumns, (index + 1) * armorColumns),
  );
  const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} PGP PUBLIC KEY BLOCK-----`);
  return [begin, '', ...lines, checksumOf(bytes), end].join('\n');
}

/** The line of armor that holds the CRC-24. Source: RFC 9580, section 6.1. */
function checksumOf(bytes: Buffer): string {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if (crc & 0x1000000) crc ^= 0x1864cfb;
    }
  }
  return `=${Buffer.from([crc >> 16, crc >> 8, crc]).toString('base64')}`;
}

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/** Undefined where the bytes are no sequence of whole packets. */
function packetsOf(bytes: Buffer): readonly Packet[] | undefined {
  const packets: Packet[] = [];
  let at = 0;
  while (at < bytes.length) {
    const head = headOf(bytes.subarray(at));
    if (head === undefined || at + head.size + head.length > bytes.length) return undefined;
    const start = at + head.size;
    packets.push({ tag: head.tag, body: bytes.subarray(start, start + head.length) });
    at = start + head.length;
  }
  return packets;
}

/** Tag, size of the header and length of the body, in both formats of headers; partial bodies are for messages only. */
function headOf(
  bytes: Buffer,
): { readonly tag: number; readonly size: number; readonly length: number } | undefined {
  const [first = 0, second = 0, third = 0] = bytes;
  const wide = (width: number) => (bytes.length > width ? bytes.readUIntBE(1, width) : Infinity);
  if ((first & 0x80) === 0) return undefined;
  if ((first & 0x40) === 0) {
    const width = [1, 2, 4][first & 3];
    if (width === undefined) return undefined;
    return { tag: (first >> 2) & 15, size: 1 + width, length: wide(width) };
  }
  const tag = first & 63;
  if (second < 192) return { tag, size: 2, length: second };
  if (second < 224) return { tag, size: 3, length: ((second - 192) << 8) + third + 192 };
  if (second < 255) return undefined;
  return { tag, size: 6, length: bytes.length > 5 ? bytes.readUInt32BE(2) : Infinity };
}

/** Empty for versions that are too old or not known. Source: RFC 9580, section 5.5.4. */
function fingerprintOf(body: Buffer): string {
  const prefix = Buffer.alloc(body[0] === 6 ? 5 : 3);
  if (body[0] === 6) {
    prefix[0] = 0x9b;
    prefix.writeUInt32BE(body.length, 1);
    return createHash('sha256').update(prefix).update(body).digest('hex').toUpperCase();
  }
  if (body[0] !== 4 || body.length > 0xffff) return '';
  prefix[0] = 0x99;
  prefix.writeUInt16BE(body.length, 1);
  return createHash('sha1').update(prefix).update(body).digest('hex').toUpperCase();
}
