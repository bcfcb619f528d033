import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { classCodes, typeCodes } from './dns-codes.ts';
import { encodeQuery, encodeRecord, parseMessage, type WireRecord } from './dns-message.ts';
import { copyData, decodeData, encodeData } from './record-data.ts';
import { canonicalValue, type RecordType } from './record-value.ts';

/** A reply with one record. */
function replyWith(name: string, type: RecordType, data: Buffer): Buffer {
  const query = encodeQuery(7, name, type);
  query.writeUInt16BE(0x8400, 2);
  query.writeUInt16BE(1, 6);
  const record = { name, type: typeCodes[type], class: classCodes.IN, ttl: 300, data };
  return Buffer.concat([query, encodeRecord(record)]);
}

function onlyAnswer(bytes: Buffer): WireRecord {
  const [record] = parseMessage(bytes).answers;
  if (record === undefined) throw new Error('no answer');
  return record;
}

const samples: readonly [RecordType, string][] = [
  ['A', '192.0.2.10'],
  ['AAAA', '2001:db8::10'],
  ['AAAA', '::ffff:192.0.2.1'],
  ['CAA', '128 issue "letsencrypt.org; a=b"'],
  ['CNAME', 'mail.example.com.'],
  ['MX', '0 .'],
  ['MX', '65535 mail.example.com.'],
  ['NS', 'ns1.example.com.'],
  ['PTR', 'mail.example.com.'],
  ['SRV', '1 2 65535 sip.example.com.'],
  ['TLSA', `3 1 1 ${'0f'.repeat(32)}`],
  ['TXT', 'v=DMARC1; p=none "x" \\ ü'],
  ['TXT', ''],
];

test.each(samples)('%s %s survives the way through a message', (type, text) => {
  const value = canonicalValue(type, text);
  const bytes = replyWith('www.example.com.', type, encodeData(type, value));
  const record = onlyAnswer(bytes);
  expect([record.name, record.ttl]).toEqual(['www.example.com.', 300]);
  expect(decodeData(type, bytes, record)).toBe(value);
  expect(copyData(type, bytes, record)).toEqual(encodeData(type, value));
});

test('texts and addresses of any content survive', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.ipV6(), fc.ipV4(), (text, v6, v4) => {
      const quoted = [...text].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('');
      for (const [type, input] of [
        ['TXT', `"${quoted}"`],
        ['AAAA', v6],
        ['A', v4],
      ] as const) {
        const value = canonicalValue(type, input);
        const bytes = replyWith('a.example.', type, encodeData(type, value));
        expect(decodeData(type, bytes, onlyAnswer(bytes))).toBe(value);
      }
    }),
  );
});

test('a copy keeps letter case and split, and uncompresses names', () => {
  const split = Buffer.from('\x02ab\x01c', 'latin1');
  const text = replyWith('a.example.', 'TXT', split);
  expect(decodeData('TXT', text, onlyAnswer(text))).toBe('"abc"');
  expect(copyData('TXT', text, onlyAnswer(text))).toEqual(split);
  // 12 is the place of the question's name in a message.
  const compressed = replyWith('Mail.example.', 'MX', Buffer.from([0, 10, 1, 0x41, 0xc0, 12]));
  const expected = Buffer.from('\0\x0a\x01A\x04Mail\x07example\0', 'latin1');
  expect(decodeData('MX', compressed, onlyAnswer(compressed))).toBe('10 a.mail.example.');
  expect(copyData('MX', compressed, onlyAnswer(compressed))).toEqual(expected);
});

test('a dot inside a label is not taken for one between labels', () => {
  const bytes = replyWith('a.example.', 'CNAME', Buffer.from('\x03b.c\x07example\0', 'latin1'));
  const isRefused = expect.objectContaining({ code: 'DNS_RECORD_INVALID' });
  expect(() => decodeData('CNAME', bytes, onlyAnswer(bytes))).toThrow(isRefused);
});

test('an address of the wrong length is malformed', () => {
  const bytes = replyWith('a.example.', 'A', Buffer.from([192, 0, 2]));
  expect(() => decodeData('A', bytes, onlyAnswer(bytes))).toThrow('has 3 bytes');
});

test('broken messages are malformed, whatever is broken', () => {
  const whole = replyWith('www.example.com.', 'MX', encodeData('MX', '10 mail.example.com.'));
  const codes = /^DNS_(REPLY_MALFORMED|RECORD_INVALID)$/;
  const readAll = (bytes: Buffer) => {
    try {
      for (const record of parseMessage(bytes).answers) decodeData('MX', bytes, record);
      return 'DNS_REPLY_MALFORMED';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };
  for (let length = 0; length < whole.length; length += 1) {
    expect(() => parseMessage(whole.subarray(0, length))).toThrow('could not be read');
  }
  expect(() => parseMessage(Buffer.concat([whole, Buffer.alloc(1)]))).toThrow('1 bytes follow');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length - 1), (noise, at) => {
      expect(readAll(Buffer.from(noise))).toMatch(codes);
      const spoilt = Buffer.from(whole);
      spoilt.set(noise.subarray(0, whole.length - at), at);
      expect(readAll(spoilt)).toMatch(codes);
    }),
  );
});
