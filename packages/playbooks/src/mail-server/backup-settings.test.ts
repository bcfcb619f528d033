import { secret } from '@hostwright/core';
import { expect, test } from '@jest/globals';
import { backupProblems, completeBackup } from './backup-settings.ts';

const settings = { repository: 'sftp:backup@vault.example.net:/srv/mail', password: secret('a b') };

test('a backup is made at night, and some of each age are kept', () => {
  expect(completeBackup({ ...settings, keep: { daily: 3 } })).toMatchObject({
    calendar: '*-*-* 03:00',
    keep: { daily: 3, weekly: 5, monthly: 12 },
  });
  expect(completeBackup(undefined)).toBeUndefined();
});

test('nothing is wrong with a remote repository and its keys', () => {
  const environment = { AWS_SECRET_ACCESS_KEY: secret('abc/+=') };
  expect(
    backupProblems({ ...settings, repository: 's3:https://a.example/b', environment }),
  ).toEqual([]);
});

test('what would leave the quotes of its file is refused, and so is what keeps nothing', () => {
  const wrong = {
    repository: "/srv/it's",
    password: secret("it's"),
    environment: { lower: secret('x') },
    calendar: 'daily\nOnBootSec=1',
    keep: { daily: 0, weekly: 0, monthly: 0 },
  };
  expect(backupProblems(wrong)).toHaveLength(5);
});
