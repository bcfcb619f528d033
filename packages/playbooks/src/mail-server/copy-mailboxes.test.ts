import { secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { copyConfig, copyMailboxes } from './copy-mailboxes.ts';

const way = { server: 'mail.old.example', caFile: '/ca.pem', user: 'anna', password: 'a b' };

test('each release is told in its own language where the mail is', () => {
  const [old, recent] = [copyConfig(way, 'debian-12'), copyConfig(way, 'debian-13')];
  expect(recent).toMatch(/^dovecot_config_version = /);
  expect(recent).not.toContain('imapc_features');
  expect(old).toContain('imapc_features');
  for (const text of [old, recent]) expect(text).toContain('imapc_password = "a b"\n');
});

test('every wrong setting is named at once, and no password is shown', () => {
  const mailboxes = { anna: { password: secret('50 % "quoted"') } };
  const wrong = { server: 'old', certificate: 'x', mailboxes };
  expect(() => copyMailboxes(wrong)).toThrow(
    /server: .* certificate: .* 'anna' is no mail .* set another/s,
  );
  expect(() => copyMailboxes(wrong)).not.toThrow(/quoted/);
});
