import { describeResource } from '@hostwright/core/testing';
import { expect, test } from '@jest/globals';
import { MailBackup } from './mail-backup.ts';

const spec = {
  environmentFile: '/etc/mail-backup/environment',
  unit: 'mail-backup.service',
  mailDirectory: '/var/vmail',
};
const database = { name: 'mail', dump: '/var/lib/mail-backup/accounts.sql' };

describeResource(MailBackup, {
  valid: [spec, { ...spec, database, ageHoursMax: 50 }],
  invalid: {
    'no unit': { environmentFile: '/e', mailDirectory: '/var/vmail' },
    'a timer': { ...spec, unit: 'mail-backup.timer' },
    'a relative path': { ...spec, mailDirectory: 'vmail' },
  },
  isNeverAbsent: true,
});

const id = (start: string) => start.padEnd(64, '0');
const listed = (now: string, ...rows: readonly (readonly [string, string])[]) =>
  `${Date.parse(now) / 1000}\n${JSON.stringify(rows.map(([start, time]) => ({ id: id(start), time, hostname: 'mail' })))}\n`;
const two = listed(
  '2026-11-24T13:00:00Z',
  ['aaaa1111', '2026-11-23T03:00:00.123456789+01:00'],
  ['bbbb2222', '2026-11-24T03:00:00Z'],
);

const { errands, health } = MailBackup.type;
const find = (name: string, given: object, text = two, own: object = spec) =>
  errands[name]?.find(text, given, own as typeof spec);

test('backups are listed, the newest first', () => {
  expect(find('list', {})?.lines).toEqual([
    '2 backups',
    'bbbb2222  2026-11-24 03:00 UTC  mail',
    'aaaa1111  2026-11-23 02:00 UTC  mail',
  ]);
});

test('the newest backup is taken unless another is named', () => {
  const mailbox = 'anna@example.com';
  expect(find('restore', { mailbox })?.value).toEqual({ snapshot: id('bbbb2222') });
  expect(find('restore', { mailbox, snapshot: 'aaaa' })?.value).toEqual({
    snapshot: id('aaaa1111'),
  });
  expect(() => find('restore', { mailbox, snapshot: 'cccc' })).toThrow(/no backup cccc/);
  expect(() => find('restore', { mailbox }, '1\nnull\n')).toThrow(/no backup latest/);
});

test('one mailbox or all of them are brought back, and nothing by chance', () => {
  expect(() => find('restore', {})).toThrow(/either/);
  expect(() => find('restore', { all: false })).toThrow(/either/);
  expect(() => find('restore', { all: true, mailbox: 'anna@example.com' })).toThrow(/either/);
  const one = find('restore', { mailbox: 'anna@example.com' }, two, { ...spec, database })?.act;
  expect(one?.script).toContain('/var/vmail/example.com/anna');
  expect(one?.script).not.toContain('accounts.sql');
  expect(find('restore', { all: true }, two, { ...spec, database })?.act?.script).toContain(
    '/var/lib/mail-backup/accounts.sql',
  );
});

test('a folder whose name ends in a blank is brought back under that name', () => {
  const { act } = find('restore', { mailbox: 'anna@example.com' }) ?? {};
  expect(act?.script.match(/IFS= read -r/g)).toHaveLength(3);
  expect(act?.script).not.toMatch(/while read /);
});

test('files are put aside, never over those of the host', () => {
  const { lines, act } = find('unpack', { path: '/etc/postfix', into: '/root/then' }) ?? {};
  expect(lines?.[0]).toMatch(/^\/etc\/postfix of bbbb2222 .* into \/root\/then$/);
  expect(act?.script).toMatch(/'?--target'? /);
});

test('a backup that is too old is not well, and none at all is worse', () => {
  const indicators = (text: string) => health?.read(text, spec) ?? [];
  expect(indicators(two)).toMatchObject([{ value: 10, verdict: 'good' }]);
  const old = listed('2026-11-24T13:00:00Z', ['aaaa1111', '2026-11-23T03:00:00Z']);
  expect(indicators(old)).toMatchObject([{ value: 34, verdict: 'bad' }]);
  expect(indicators('1\nnull\n')).toMatchObject([{ value: null, verdict: 'bad' }]);
});

test('what restic does not print is no list of backups', () => {
  expect(() => find('list', {}, '1\nFatal: wrong password')).toThrow(/not what restic prints/);
});
