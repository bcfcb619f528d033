import { expect, test } from '@jest/globals';
import { tlsRpt } from './tls-rpt.ts';

test('reports go by mail or by https', () => {
  expect(tlsRpt('example.com', ['tls@example.com', 'https://reports.example.net/tls'])).toEqual({
    name: '_smtp._tls.example.com.',
    type: 'TXT',
    values: ['v=TLSRPTv1; rua=mailto:tls@example.com,https://reports.example.net/tls'],
  });
});

test.each([[[]], [['tls']], [['http://reports.example.net/']], [['a@example.com; x=y']]])(
  '%j is refused',
  (reports) => {
    expect(() => tlsRpt('example.com', reports)).toThrow(
      expect.objectContaining({ code: 'DNS_RECORD_INVALID' }),
    );
  },
);
