import { readdirSync } from 'node:fs';
import { apply, type Declarations, plan, play, playbook, secret } from '@hostwright/core';
import {
  Command,
  Directory,
  DkimKey,
  Fail2banJail,
  File,
  FileBlock,
  FileLine,
  Group,
  HostCapacity,
  MailBackup,
  MailboxCopy,
  MailHealth,
  MailQueue,
  MysqlDatabase,
  MysqlRows,
  MysqlTable,
  MysqlUser,
  MysqlVariable,
  Package,
  Postconf,
  PostfixService,
  SelfSignedCertificate,
  Service,
  Symlink,
  Template,
  Ufw,
  UfwRule,
  User,
} from '@hostwright/modules';
import { expect, test } from '@jest/globals';
import { labInventory } from './lab-inventory.ts';
import { onAllHosts } from './on-all.ts';
import { bothReleases, useLab } from './use-lab.ts';

const lab = useLab(bothReleases.map((host) => ({ ...host, software: 'mail' as const })));

const applyLimitMs = 15 * 60_000;

/** Types with suites of their own, and those that a hand cannot bring out of place. */
const elsewhere = [
  ...['acmecertificate', 'aptsource', 'dnsrecord', 'hostname'],
  ...['reboot', 'sysctl', 'timezone'],
  ...['hostcapacity', 'mailhealth', 'mailqueue', 'mailbackup', 'mailboxcopy'],
];

/** One declaration of every resource type, with what they need. */
function everyKind(): Declarations {
  const packages = [
    'postfix',
    'openssl',
    'opendkim-tools',
    'ufw',
    'fail2ban',
    'python3-systemd',
    'nftables',
  ];
  return [
    packages.map((name) => Package({ name, startService: false })),
    HostCapacity({ cpus: 1 }),
    MailHealth({}),
    MailQueue({}),
    MailBackup({
      environmentFile: '/etc/keys/backup',
      unit: 'backup.service',
      mailDirectory: '/srv/mail',
    }),
    MailboxCopy({ folder: '/etc/keys', mailboxes: ['anna@example.com'] }),
    Package({ name: 'tree' }),
    shop(),
    Group({ name: 'crew', gid: 4200 }),
    User({ name: 'jo', uid: 4201, group: 'crew', shell: '/bin/sh', comment: 'Jo, "crew"' }),
    Directory({ path: '/srv/crew', owner: 'jo', group: 'crew', mode: '2750' }),
    File({ path: '/srv/crew/file', content: "it's\n", owner: 'jo', mode: '0640' }),
    Symlink({ path: '/srv/crew/current', target: 'file' }),
    File({ path: '/srv/crew/shared', owner: 'jo', mode: '0640' }),
    FileLine({ path: '/srv/crew/shared', line: 'limit = 5', replaces: '^limit\\b' }),
    FileBlock({ path: '/srv/crew/shared', name: 'crew', content: 'jo\n' }),
    Template({ path: '/srv/crew/page', source: 'for {{who}}\n', vars: { who: 'crew' } }),
    Command({ run: ['/bin/sh', '-c', 'echo done >/srv/crew/made'], creates: '/srv/crew/made' }),
    DkimKey({
      domain: 'example.com',
      selector: 's1',
      directory: '/etc/keys',
      owner: 'root',
      group: 'root',
    }),
    Directory({ path: '/etc/keys', mode: '0700' }),
    SelfSignedCertificate({
      names: ['mail.example.com'],
      certificateFile: '/etc/keys/own.pem',
      keyFile: '/etc/keys/own.key',
    }),
    Postconf({ myhostname: 'mail.example.com', default_process_limit: 200 }),
    PostfixService({
      name: 'submission',
      type: 'inet',
      chroot: true,
      command: 'smtpd',
      options: { syslog_name: 'postfix/submission', smtpd_tls_auth_only: 'yes' },
    }),
    Service({ name: 'postfix', running: true, enabled: true }),
    UfwRule({ allow: 22, proto: 'tcp' }),
    UfwRule({ deny: 2525, proto: 'tcp', from: '192.0.2.0/24' }),
    Ufw({ enabled: true, incoming: 'deny', outgoing: 'allow' }),
    Fail2banJail({ name: 'sshd', port: [22], maxretry: 4, backend: 'systemd' }),
    Service({ name: 'fail2ban', running: true, enabled: true }),
  ];
}

/** A database with a table, a row, and an account that may read it. */
function shop(): Declarations {
  const database = 'shop';
  return [
    Package({ name: 'mariadb-server', startService: false }),
    Service({ name: 'mariadb', running: true, enabled: true }),
    MysqlDatabase({ name: database }),
    MysqlTable({
      database,
      name: 'goods',
      columns: { name: { type: 'varchar(80)' }, price: { type: 'int', default: 0 } },
      primaryKey: ['name'],
      indexes: { by_price: ['price'] },
    }),
    MysqlRows({
      ...{ database, table: 'goods', key: ['name'], columns: ['price'] },
      rows: [{ name: 'Anna\'s \\ "tea"', price: 3 }],
    }),
    MysqlUser({
      name: 'reader',
      password: secret('a password of some length'),
      grants: { 'shop.goods': ['SELECT'] },
    }),
    MysqlVariable({ name: 'max_connections', value: 90 }),
  ];
}

/** What a hand may do to each of them, one line a kind. */
const driftByKind: Readonly<Record<string, string>> = {
  Package: 'dpkg --purge tree',
  Group: 'groupmod -g 4300 crew',
  User: 'usermod -c other -s /bin/bash jo',
  Directory: 'chmod 0755 /srv/crew',
  File: 'printf x >>/srv/crew/file',
  Symlink: 'ln -sfn page /srv/crew/current',
  FileLine: 'sed -i "s/^limit.*/limit = 6/" /srv/crew/shared',
  FileBlock: 'sed -i "s/^jo$/joe/" /srv/crew/shared',
  Template: 'printf "for nobody\\n" >/srv/crew/page',
  Command: 'rm /srv/crew/made',
  DkimKey: 'chmod 0644 /etc/keys/*.private',
  SelfSignedCertificate: 'rm /etc/keys/own.pem',
  Postconf: 'postconf -e default_process_limit=100',
  PostfixService: 'postconf -Pe submission/inet/smtpd_tls_auth_only=no',
  Service: 'systemctl stop fail2ban',
  UfwRule: 'ufw delete deny proto tcp from 192.0.2.0/24 to any port 2525',
  Ufw: 'ufw default allow incoming',
  MysqlDatabase: 'mariadb -e "ALTER DATABASE shop COLLATE utf8mb4_bin"',
  MysqlTable: 'mariadb -e "DROP INDEX by_price ON shop.goods"',
  MysqlRows: 'mariadb -e "UPDATE shop.goods SET price = 4"',
  MysqlUser: 'mariadb -e "GRANT DELETE ON shop.* TO reader@localhost"',
  MysqlVariable: 'mariadb -e "SET GLOBAL max_connections = 91"',
  Fail2banJail: 'sed -i "s/^maxretry.*/maxretry = 9/" /etc/fail2ban/jail.d/*sshd*',
};

function book(user: string) {
  return playbook({
    inventory: labInventory(lab, user),
    plays: [play({ hosts: 'all', resources: everyKind })],
  });
}

/** Kinds that a plan would change, by host. */
async function changedKinds(user: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const { plan: planned } = await plan(book(user));
  const changes = planned.steps.filter(
    ({ verdict }) => verdict.is !== 'unchanged' && verdict.is !== 'refresh',
  );
  return Object.fromEntries(
    lab.hosts.map(({ name }) => {
      const own = changes.filter(({ host }) => host === name).map(({ kind }) => kind);
      return [name, [...new Set(own)].sort()];
    }),
  );
}

async function appliedProblems(user: string): Promise<readonly string[]> {
  const { outcome } = await apply(book(user));
  return [
    ...outcome.hosts.flatMap(({ host, error }) =>
      error === undefined ? [] : [`${host}: ${error.problem}`],
    ),
    ...outcome.steps.flatMap(({ id, error }) =>
      error === undefined ? [] : [`${id}: ${error.problem} ${error.detail}`],
    ),
  ];
}

const kinds = Object.keys(driftByKind).sort();
const none = { twelve: [], thirteen: [] };

test('every resource type that is behind a shell is here', () => {
  const source = new URL('../../packages/modules/src/', import.meta.url);
  const pages = readdirSync(new URL('../../docs/reference/', import.meta.url), { recursive: true });
  expect(readdirSync(source)).toContain('apt');
  const documented = pages.map(String).filter((page) => /^[a-z0-9-]+\/[a-z0-9-]+\.md$/.test(page));
  const asKind = (page: string) => page.replace(/^.*\/|\.md$/g, '').replaceAll('-', '');
  expect(kinds.map((kind) => kind.toLowerCase())).toEqual(
    documented
      .map(asKind)
      .filter((kind) => !elsewhere.includes(kind))
      .sort(),
  );
});

test(
  'R4: one apply converges, and a second plan is empty, for root and through sudo',
  async () => {
    expect(await appliedProblems('root')).toEqual([]);
    expect(await changedKinds('root')).toEqual(none);
    expect(await changedKinds('deploy')).toEqual(none);
  },
  applyLimitMs,
);

test(
  'drift of every kind is found, and nothing else, for root and through sudo; one apply through sudo mends it',
  async () => {
    const script = ['set -e', ...Object.values(driftByKind)].join('\n');
    for (const host of lab.hosts) {
      expect(await host.exec(`${script}\n`)).toMatchObject({ exitCode: 0 });
    }
    const every = { twelve: kinds, thirteen: kinds };
    expect(await changedKinds('root')).toEqual(every);
    expect(await changedKinds('deploy')).toEqual(every);
    expect(await appliedProblems('deploy')).toEqual([]);
    expect(await changedKinds('deploy')).toEqual(none);
  },
  applyLimitMs,
);

test('a value that MariaDB does not start with is put back, and it runs as before', async () => {
  const resources = () => [MysqlVariable({ name: 'innodb_page_size', value: '8K' })];
  const { outcome } = await apply(
    playbook({
      inventory: labInventory(lab, 'root'),
      plays: [play({ hosts: 'all', resources })],
    }),
  );
  expect(outcome.steps.map(({ result }) => result)).toEqual(lab.hosts.map(() => 'failed'));
  for (const { error } of outcome.steps) {
    expect(error?.detail).toContain('did not come up with the new value of innodb_page_size');
  }
  expect(await changedKinds('root')).toEqual(none);
}, 120_000);

test('a row that is declared no more goes, one by hand stays, and rows from before the mark get it', async () => {
  const team = (names: readonly string[], isMarked: boolean) =>
    apply(
      playbook({
        inventory: labInventory(lab, 'root'),
        plays: [play({ hosts: 'all', resources: () => teamTable(names, isMarked) })],
      }),
    );
  expect((await team(['anna', 'ben'], false)).outcome.isConverged).toBe(true);
  await onAllHosts(lab, 'mariadb -e "INSERT INTO team.people (name) VALUES (\'by hand\')"');
  for (const names of [['anna', 'ben'], ['anna']]) {
    expect((await team(names, true)).outcome.isConverged).toBe(true);
    const marked = names.map((name) => `${name}\t1\n`).join('');
    const question = 'mariadb -N -e "SELECT * FROM team.people ORDER BY declared DESC, name"';
    expect(await onAllHosts(lab, question)).toEqual(lab.hosts.map(() => `${marked}by hand\t0\n`));
  }
});

function teamTable(names: readonly string[], isMarked: boolean): Declarations {
  const place = { database: 'team', table: 'people' };
  const declared = { declared: { type: 'tinyint', default: 0 } };
  return [
    Package({ name: 'mariadb-server', startService: false }),
    Service({ name: 'mariadb', running: true, enabled: true }),
    MysqlDatabase({ name: place.database }),
    MysqlTable({
      database: place.database,
      name: place.table,
      columns: { name: { type: 'varchar(80)' }, ...(isMarked ? declared : {}) },
      primaryKey: ['name'],
    }),
    MysqlRows({
      ...{ ...place, key: ['name'], columns: [], rows: names.map((name) => ({ name })) },
      ...(isMarked ? { mark: 'declared' } : {}),
    }),
  ];
}

test('a rule that logs is deleted, also where it is for one interface', async () => {
  const gone = () => [
    Package({ name: 'ufw' }),
    UfwRule({ allow: 2222, proto: 'tcp', ensure: 'absent' }),
    UfwRule({ allow: 2223, proto: 'tcp', interface: 'host0', ensure: 'absent' }),
  ];
  const removing = playbook({
    inventory: labInventory(lab, 'root'),
    plays: [play({ hosts: 'all', resources: gone })],
  });
  expect((await apply(removing)).outcome.isConverged).toBe(true);
  await onAllHosts(
    lab,
    'ufw allow log 2222/tcp && ufw allow in on host0 log-all proto tcp from any to any port 2223',
  );
  expect((await apply(removing)).outcome.isConverged).toBe(true);
  expect(await onAllHosts(lab, 'grep -c 222[23] /etc/ufw/user.rules || :')).toEqual(
    lab.hosts.map(() => '0\n'),
  );
});
