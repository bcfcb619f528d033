import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseQueue } from './queue-entry.ts';

const row =
  '{"queue_name": "deferred", "queue_id": "4cQ1zJ2kXYz1q", "arrival_time": 1790000000, "message_size": 480, "forced_expire": false, "sender": "a@example.com", "recipients": [{"address": "b@example.org", "delay_reason": "connect to mx[192.0.2.1]:25: \\"refused\\""}]}';

test('a message is read with what each recipient waits for', () => {
  expect(parseQueue(`${row}\n`)).toEqual([
    {
      id: '4cQ1zJ2kXYz1q',
      queue: 'deferred',
      arrived: 1_790_000_000,
      bytes: 480,
      sender: 'a@example.com',
      recipients: [{ address: 'b@example.org', reason: 'connect to mx[192.0.2.1]:25: "refused"' }],
    },
  ]);
  expect(parseQueue('')).toEqual([]);
});

test('what is no message is an error, and no id can be anything but letters and digits', () => {
  for (const text of ['postqueue: fatal: no', '{}', row.replace('4cQ1zJ2kXYz1q', '-d ALL')]) {
    expect(() => parseQueue(text)).toThrow(expect.objectContaining({ code: 'ERRAND_FAILED' }));
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        for (const { id } of parseQueue(text)) expect(id).toMatch(/^[A-Za-z0-9]+$/);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'ERRAND_FAILED' });
      }
    }),
  );
});
