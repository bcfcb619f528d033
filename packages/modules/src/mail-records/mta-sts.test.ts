import { expect, test } from '@jest/globals';
import { type MtaStsPolicy, mtaSts, mtaStsFile } from './mta-sts.ts';

const policy: MtaStsPolicy = { mode: 'enforce', mx: ['mail.example.com', '*.Example.net.'] };

test('the file is that of RFC 8461', () => {
  expect(mtaStsFile(policy)).toBe(
    'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n',
  );
  expect(mtaStsFile({ mode: 'none', mx: [] })).toContain('mode: none');
});

test('the id changes when the file does, and only then', () => {
  const record = mtaSts('example.com', policy);
  expect(record).toMatchObject({ name: '_mta-sts.example.com.', type: 'TXT' });
  expect(record.values[0]).toMatch(/^v=STSv1; id=[0-9a-f]{32};$/);
  expect(mtaSts('example.com', policy)).toEqual(record);
  expect(mtaSts('example.com', { ...policy, mode: 'testing' })).not.toEqual(record);
});

test.each<[string, MtaStsPolicy]>([
  ['no host', { mode: 'enforce', mx: [] }],
  ['a host with a line break', { mode: 'enforce', mx: ['a.example\nmode: none'] }],
  ['more than a year', { ...policy, maxAgeSeconds: 31_557_601 }],
])('%s is refused', (_label, bad) => {
  expect(() => mtaSts('example.com', bad)).toThrow(
    expect.objectContaining({ code: 'DNS_RECORD_INVALID' }),
  );
});
