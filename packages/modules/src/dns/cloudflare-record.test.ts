import { expect, test } from '@jest/globals';
import { cloudflareRecord, readCloudflareSets } from './cloudflare-record.ts';
import { recordKey } from './dns-provider.ts';
import { canonicalValue, type RecordType } from './record-value.ts';

const zone = 'example.com';

test.each<[RecordType, string, object]>([
  ['A', '192.0.2.1', { content: '192.0.2.1' }],
  ['MX', '10 mail.example.com.', { priority: 10, content: 'mail.example.com' }],
  ['MX', '0 .', { priority: 0, content: '.' }],
  ['CNAME', 'mail.example.com.', { content: 'mail.example.com' }],
  [
    'SRV',
    '0 5 465 mail.example.com.',
    { data: { priority: 0, weight: 5, port: 465, target: 'mail.example.com' } },
  ],
  [
    'CAA',
    '0 issue "le.example; a=\\"b\\""',
    { data: { flags: 0, tag: 'issue', value: 'le.example; a="b"' } },
  ],
  [
    'TLSA',
    `3 1 1 ${'0a'.repeat(32)}`,
    { data: { usage: 3, selector: 1, matching_type: 1, certificate: '0a'.repeat(32) } },
  ],
  ['TXT', '"a \\"b\\"" "c"', { content: '"a \\"b\\"" "c"' }],
])('%s %s takes the form of the API', (type, value, expected) => {
  const key = recordKey({ zone, name: '@', type });
  expect(cloudflareRecord(key, 300, value)).toEqual({ name: zone, type, ttl: 300, ...expected });
});

test('single records become sets, with the lowest TTL and all ids', () => {
  const record = { name: 'Mail.example.com', type: 'A', proxied: false };
  const [set] = readCloudflareSets([
    { ...record, id: 'one', content: '192.0.2.2', ttl: 300 },
    { ...record, id: 'two', content: '192.0.2.1', ttl: 120 },
  ]);
  expect(set).toMatchObject({
    name: 'mail.example.com.',
    content: { ttl: 120, values: ['192.0.2.1', '192.0.2.2'] },
    handles: ['one', 'two'],
  });
});

test('the API writes names without the final dot, and texts with or without quotes', () => {
  const read = (record: object) =>
    readCloudflareSets([{ id: 'x', name: zone, ttl: 1, proxied: false, ...record }])[0]?.content
      ?.values[0];
  const data = { priority: 1, weight: 2, port: 465, target: 'mail.example.com' };
  expect(read({ type: 'MX', priority: 10, content: 'mail.example.com' })).toBe(
    '10 mail.example.com.',
  );
  expect(read({ type: 'SRV', content: '2 465 mail.example.com', data })).toBe(
    '1 2 465 mail.example.com.',
  );
  for (const content of ['v=spf1 -all', '"v=spf1 -all"', '"v=spf1" " -all"']) {
    expect(read({ type: 'TXT', content })).toBe(canonicalValue('TXT', 'v=spf1 -all'));
  }
});

test('what is not understood is left alone, and spoils nothing', () => {
  const record = { id: 'x', name: zone, ttl: 1, proxied: false };
  const [https, odd, good] = readCloudflareSets([
    { ...record, type: 'HTTPS', content: '1 .' },
    { ...record, type: 'CNAME', content: 'a..b' },
    { ...record, type: 'A', content: '192.0.2.1' },
  ]);
  expect([https?.content, odd?.content]).toEqual([undefined, undefined]);
  expect(odd?.special).toContain('not understood');
  expect(good?.content?.values).toEqual(['192.0.2.1']);
});

test('an answer that lacks something is named', () => {
  expect(() => readCloudflareSets([{ name: zone, type: 'A' }])).toThrow(
    expect.objectContaining({ code: 'DNS_REPLY_MALFORMED' }),
  );
});
