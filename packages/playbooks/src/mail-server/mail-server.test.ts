import { type Declaration, type Facts, secret } from '@hostwright/core';
import { declarationsIn } from '@hostwright/core/testing';
import type { DnsProvider } from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { mailServer } from './mail-server.ts';
import type { MailServerSettings } from './settings.ts';

const provider: DnsProvider = { label: 'nowhere', read: async () => [], write: async () => [] };

const pieces = (more: Partial<MailServerSettings>) =>
  mailServer({
    domain: 'example.com',
    hostname: 'mail.example.com',
    address: '192.0.2.10',
    users: [{ address: 'anna@example.com', password: secret('pass anna') }],
    dns: { provider },
    ...more,
  });

const secondMx = { hostname: 'mx2.example.com', address: '192.0.2.20' };
const second = (more: Partial<MailServerSettings> = {}) =>
  declarationsIn(pieces({ secondMx, ...more }).secondMx());
const postconf = (all: readonly Declaration[]) =>
  all.find(({ kind }) => kind === 'Postconf')?.spec as Readonly<Record<string, string>>;

const host = (more: Partial<MailServerSettings> = {}) =>
  declarationsIn(
    pieces(more).host({ facts: { os: { id: 'debian', version: '13' } } as unknown as Facts }),
  );

test('the port of ManageSieve is closed where it is not asked for, also after it was', () => {
  const rule = (all: readonly Declaration[]) =>
    all.find(({ kind, spec }) => kind === 'UfwRule' && spec.allow === 4190)?.spec.ensure;
  expect(rule(host())).toBe('absent');
  expect(rule(host({ manageSieve: true }))).toBeUndefined();
});

test('accounts that move to the database, or back, leave no file with secrets behind', () => {
  const names = (all: readonly Declaration[]) => all.map(({ spec }) => spec.name);
  expect(names(host())).toContain('remove /etc/vmail/sql.conf');
  expect(names(host({ database: { password: secret('reader-of-accounts') } }))).toContain(
    'remove /etc/vmail/users',
  );
});

test('a user who is taken out of the playbook keeps no row to log in by, and rows of others are theirs', () => {
  const database = { password: secret('reader-of-accounts') };
  const all = host({ database });
  const rows = all.filter(({ kind }) => kind === 'MysqlRows').map(({ spec }) => spec);
  expect(rows.map(({ mark, others }) => [mark, others])).toEqual([
    ['declared', 'keep'],
    ['declared', 'keep'],
    ['declared', 'keep'],
  ]);
  for (const { table, mark } of rows) {
    const shape = all.find(({ kind, spec }) => kind === 'MysqlTable' && spec.name === table)?.spec;
    expect(shape?.columns).toMatchObject({ [String(mark)]: { type: 'tinyint(1)', default: 0 } });
  }
});

test('a certificate of the host is looked at before any configuration names it', () => {
  const tls = { certificateFile: '/srv/c.pem', keyFile: '/srv/k.pem' };
  const waiting = (all: readonly Declaration[]) =>
    all
      .filter(({ needs }) =>
        needs.some(({ spec }) => spec.name === 'certificate and key are there'),
      )
      .map(({ kind, spec }) => spec.path ?? kind);
  expect(waiting(host({ tls }))).toEqual(['Postconf', '/etc/dovecot/dovecot.conf']);
  expect(waiting(host())).toEqual([]);
  expect(waiting(second({ secondMx: { ...secondMx, tls } }))).toEqual(['Postconf']);
});

test('without a second server there is nothing for its host', () => {
  expect(declarationsIn(pieces({}).secondMx())).toEqual([]);
});

test('a second server knows the addresses of the first, and relays to nobody else', () => {
  const all = second({ aliases: { '@example.com': ['anna@example.com'] } });
  expect(postconf(all)).toMatchObject({
    myhostname: 'mx2.example.com',
    relay_transport: 'relay:[mail.example.com]',
    relay_recipient_maps: 'texthash:/etc/postfix/maps/aliases',
  });
  expect(postconf(all).smtpd_relay_restrictions).toMatch(/reject_unauth_destination$/);
  const table = all.find(({ spec }) => spec.path === '/etc/postfix/maps/aliases')?.spec.content;
  expect(table).toMatch(
    /^anna@example\.com {2}.*^postmaster@example\.com {2}.*^@example\.com {2}/ms,
  );
});

test('a second server that asks has no table, and refuses what the first does not know', () => {
  const parameters = postconf(second({ secondMx: { ...secondMx, recipients: 'ask' } }));
  expect(parameters.relay_recipient_maps).toBe('');
  expect(parameters.smtpd_recipient_restrictions).toMatch(/reject_unverified_recipient/);
});

test('Postfix of the second server, too, is told when a file that it copied changes', () => {
  const told = second().find(({ kind, spec }) => kind === 'Command' && spec.refreshOnly === true);
  expect(told?.spec.config).toContain('/etc/resolv.conf');
});

test('the second server is behind the first in DNS, and has an address', () => {
  const records = declarationsIn(pieces({ secondMx }).dns()).map(({ spec }) => [
    spec.name,
    spec.values,
  ]);
  expect(records).toContainEqual(['example.com.', ['10 mail.example.com.', '20 mx2.example.com.']]);
  expect(records).toContainEqual(['mx2.example.com.', ['192.0.2.20']]);
});
