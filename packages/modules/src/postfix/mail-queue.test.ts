import { captured, describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MailQueue } from './mail-queue.ts';

const debian12 = captured(import.meta, 'mail-queue.debian-12');
const debian13 = captured(import.meta, 'mail-queue.debian-13');

describeResource(MailQueue, {
  valid: [{}],
  invalid: { 'a property': { size: 1 } },
  isNeverAbsent: true,
});

const now = 1_790_000_000;
const message = (id: string, more: object) =>
  JSON.stringify({
    queue_name: 'deferred',
    queue_id: id,
    arrival_time: now - 3600,
    message_size: 480,
    sender: 'anna@example.com',
    recipients: [{ address: 'ben@example.org', delay_reason: 'Connection refused' }],
    ...more,
  });
const queue = [
  `${now}`,
  message('A1', {}),
  message('B2', { sender: 'x.y@spam.example', arrival_time: now - 60, queue_name: 'active' }),
  message('C3', { sender: '', recipients: [{ address: 'Cara@Example.org' }] }),
  '',
].join('\n');

const { errands } = MailQueue.type;
const idsOf = (given: object) =>
  ((errands.list?.find(queue, given, {}).value ?? []) as { id: string }[]).map(({ id }) => id);

test('messages are found by what is asked for, all of it at once', () => {
  expect(idsOf({})).toEqual(['A1', 'B2', 'C3']);
  expect(idsOf({ sender: '*@spam.example' })).toEqual(['B2']);
  expect(idsOf({ sender: '<>' })).toEqual(['C3']);
  expect(idsOf({ sender: 'xzy@spam.example' })).toEqual([]);
  expect(idsOf({ recipient: 'cara@example.org' })).toEqual(['C3']);
  expect(idsOf({ reason: 'refused' })).toEqual(['A1', 'B2']);
  expect(idsOf({ queue: 'deferred', olderThanMinutes: 59 })).toEqual(['A1', 'C3']);
  expect(idsOf({ id: 'A1', sender: 'anna@*' })).toEqual(['A1']);
});

test.each([
  ['Debian 12', debian12],
  ['Debian 13', debian13],
])('the queue of a host is read: %s', (_, { stdout }) => {
  const { lines = [] } = errands.list?.find(stdout, { recipient: '*@quar.lab' }, {}) ?? {};
  expect(lines[0]).toBe('1 message');
  expect(lines[1]).toMatch(/^4jYdJ\w+ {2}active {2}\d+ s {2}ben@\w+\.lab → x@quar\.lab$/);
});

test('people read who writes to whom, since when, and what it waits for', () => {
  expect(errands.list?.find(queue, { id: 'A1' }, {}).lines).toEqual([
    '1 message',
    'A1  deferred  60 min  anna@example.com → ben@example.org',
    '    Connection refused',
  ]);
});

test('the ids of the chosen messages go to postsuper, by standard input; only delete is final', () => {
  const act = (name: string, given: object) => errands[name]?.find(queue, given, {}).act?.script;
  expect(act('delete', { sender: 'anna@*' })).toBe("printf '%s\\n' A1 | postsuper -d - 2>&1");
  expect(act('hold', { all: true })).toContain('A1 B2 C3 | postsuper -h -');
  expect(act('release', { id: 'A1' })).toContain(' -H ');
  expect(act('requeue', { id: 'A1' })).toContain(' -r ');
  expect(act('flush', {})).toBe('postqueue -f');
  expect(act('delete', { id: 'Z9' })).toBeUndefined();
  expect(act('list', {})).toBeUndefined();
  const final = Object.entries(errands).filter(([, { isFinal }]) => isFinal);
  expect(final.map(([name]) => name)).toEqual(['delete']);
});

test('all=false alone selects nothing, and is no way to say everything', () => {
  expect(() => errands.delete?.find(queue, { all: false }, {})).toThrow(
    expect.objectContaining({ code: 'ERRAND_INVALID' }),
  );
});
