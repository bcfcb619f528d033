import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { typeCodes } from './dns-codes.ts';
import { type DnsMessage, parseMessage, type WireRecord } from './dns-message.ts';
import { copyData, encodeData } from './record-data.ts';
import { canonicalValue, type RecordType, recordTypes } from './record-value.ts';
import { encodeUpdate, type UpdateStep } from './update-message.ts';

const file = new URL('captured/tsig-exchanges.json', import.meta.url);
const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as {
  exchanges: { nsupdate?: { request: string } };
};

/** Records without compression, so that messages of two programs compare. */
function plain({ bytes }: DnsMessage, records: readonly WireRecord[]) {
  return records.map((record) => {
    const type = recordTypes.find((candidate) => typeCodes[candidate] === record.type);
    const data =
      record.dataLength === 0 || type === undefined
        ? ''
        : copyData(type, bytes, record).toString('hex');
    return `${record.name} ${type ?? record.type} class ${record.class} ttl ${record.ttl} ${data}`;
  });
}

const add = (name: string, ttl: number, type: RecordType, text: string): UpdateStep => {
  return { kind: 'add', name, ttl, type, value: canonicalValue(type, text) };
};

test('an update is what nsupdate sends for the same', () => {
  const theirs = parseMessage(Buffer.from(exchanges.nsupdate?.request ?? '', 'hex'));
  const [www, fresh] = ['www.example.com.', 'new.example.com.'];
  const ours = parseMessage(
    encodeUpdate(theirs.id, {
      zone: 'example.com.',
      prerequisites: [
        { kind: 'holds', name: www, type: 'A', data: [encodeData('A', '192.0.2.10')] },
        { kind: 'absent', name: fresh, type: 'TXT' },
        { kind: 'exists', name: www, type: 'A' },
        { kind: 'name-unused', name: 'unused.example.com.' },
      ],
      steps: [
        { kind: 'delete-set', name: www, type: 'A' },
        {
          kind: 'delete-record',
          name: 'old.example.com.',
          type: 'TXT',
          data: encodeData('TXT', '"gone"'),
        },
        add(www, 60, 'A', '192.0.2.11'),
        add(fresh, 300, 'MX', '10 mail.example.net'),
        add(fresh, 300, 'CAA', '0 issue "letsencrypt.org"'),
        add('_443._tcp.example.com.', 300, 'TLSA', `3 1 1 ${'0123456789abcdef'.repeat(4)}`),
        add('_sip._tcp.example.com.', 300, 'SRV', '0 5 5060 sip.example.net'),
        add('v6.example.com.', 300, 'AAAA', '2001:db8::10'),
      ],
    }),
  );
  expect(ours.opcode).toBe(theirs.opcode);
  expect(ours.questions).toEqual(theirs.questions);
  expect(plain(ours, ours.answers)).toEqual(plain(theirs, theirs.answers));
  const isText = (line: string) => line.includes('new.example.com. TXT');
  const theirSteps = plain(theirs, theirs.authorities);
  expect(plain(ours, ours.authorities)).toEqual(theirSteps.filter((line) => !isText(line)));
  // nsupdate was given two strings and keeps them apart; the content is what counts.
  expect(theirSteps.find(isText)).toContain(
    Buffer.from('\x16v=spf1 -all; "q" \\ end').toString('hex'),
  );
});

test('what has no data has RDLENGTH 0, and the counts are right', () => {
  const name = 'a.example.';
  const bytes = encodeUpdate(258, {
    zone: 'example.',
    prerequisites: [{ kind: 'name-unused', name }],
    steps: [{ kind: 'delete-set', name, type: 'A' }],
  });
  expect(bytes.toString('hex')).toBe(
    '0102280000010001000100000765' +
      '78616d706c650000060001' +
      '0161076578616d706c6500' +
      '00ff00fe00000000' +
      '0000' +
      '0161076578616d706c6500' +
      '000100ff00000000' +
      '0000',
  );
});
