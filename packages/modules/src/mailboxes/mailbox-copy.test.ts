import { describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MailboxCopy } from './mailbox-copy.ts';

const spec = { folder: '/etc/mail-copy', mailboxes: ['anna@example.com', 'ben@example.com'] };

describeResource(MailboxCopy, {
  valid: [spec],
  invalid: {
    'no mailbox': { ...spec, mailboxes: [] },
    'a path for a mailbox': { ...spec, mailboxes: ['../anna@example.com'] },
  },
  isNeverAbsent: true,
});

const find = (given: object) => MailboxCopy.type.errands.copy?.find('', given, spec);

test('all mailboxes are copied, or the one that is named', () => {
  expect(find({})?.lines).toEqual(spec.mailboxes);
  expect(find({ mailbox: 'ben@example.com' })?.lines).toEqual(['ben@example.com']);
  expect(() => find({ mailbox: 'cara@example.com' })).toThrow(/not among the mailboxes/);
});
