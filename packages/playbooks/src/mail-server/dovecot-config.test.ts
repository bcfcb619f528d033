import { expect, test } from '@jest/globals';
import { dovecotConfig } from './dovecot-config.ts';

const settings = {
  certificateFile: '/c.pem',
  keyFile: '/k.pem',
  accounts: { via: 'file', path: '/etc/vmail/users' },
  mailDirectory: '/var/vmail',
  mailUid: 5000,
  postmaster: 'postmaster@example.com',
  hostname: 'mail.example.com',
  rulesFile: '/etc/dovecot/sieve/everybody.sieve',
  imapLogins: 100,
  imapSessions: 256,
  manageSieve: false,
} as const;

test('each release gets its own language', () => {
  expect(dovecotConfig(settings, 'debian-13')).toMatch(/^dovecot_config_version = 2\.4\.0\n/);
  expect(dovecotConfig(settings, 'debian-12')).not.toContain('dovecot_config_version');
});

test('accounts are in a file or are asked for, and the password stands in neither text', () => {
  const database = {
    ...settings,
    accounts: { via: 'database', path: '/etc/vmail/sql.conf' },
  } as const;
  expect(dovecotConfig(settings, 'debian-12')).toContain('driver = passwd-file');
  expect(dovecotConfig(database, 'debian-12')).toContain(
    'driver = sql\n  args = /etc/vmail/sql.conf',
  );
  expect(dovecotConfig(settings, 'debian-13')).toContain('passwd_file_path = /etc/vmail/users');
  expect(dovecotConfig(database, 'debian-13')).toContain('!include /etc/vmail/sql.conf');
});

test('a quota is what it says, without grace', () => {
  expect(dovecotConfig(settings, 'debian-12')).toContain('quota_grace = 0');
  expect(dovecotConfig(settings, 'debian-13')).toContain('quota_storage_grace = 0');
});
