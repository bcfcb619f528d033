import { expect, test } from '@jest/globals';
import { noAnswer } from '../testing/sample-plan.ts';
import { renderErrand, renderErrands } from './errand-lines.ts';

test('what was found before it is done, and what it printed after', () => {
  const found = { resource: 'MailQueue[queue]', lines: ['1 message', 'A1  hold\x07'], isDue: true };
  expect(renderErrand([{ host: 'mx1', resources: [found] }])).toBe(
    'mx1  MailQueue[queue]\n  1 message\n  A1  hold\\x07\n',
  );
  const done = { ...found, output: 'postsuper: Deleted: 1 message\n' };
  expect(
    renderErrand([
      { host: 'mx1', resources: [done] },
      { host: 'mx2', error: noAnswer },
    ]),
  ).toMatch(/^✔ mx1 {2}MailQueue\[queue\]\n {2}postsuper: Deleted: 1 message\n✘ db1/);
});

test('all errands, kind by kind, with what they take', () => {
  const list = {
    name: 'MailQueue.list',
    summary: 'Lists messages.',
    isFinal: false,
    takes: { sender: 'Sender.' },
    hosts: ['mx1', 'mx2'],
  };
  const remove = {
    ...list,
    name: 'MailQueue.delete',
    summary: 'Deletes messages.',
    isFinal: true,
    takes: { sender: 'Sender.', all: 'Every message.' },
  };
  expect(renderErrands([list, remove])).toBe(
    `MailQueue  on mx1, mx2
  MailQueue.list    Lists messages.
  MailQueue.delete  Deletes messages. Cannot be taken back.
  which take
  sender=  Sender.
  all=     Every message. Only delete.
`,
  );
  expect(renderErrands([])).toBe('Nothing in the playbook has errands.\n');
});
