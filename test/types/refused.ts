import { inventory, type Playbook, plan, play, secret } from '@hostwright/core';
import {
  AcmeCertificate,
  AptSource,
  Command,
  Directory,
  DkimKey,
  DnsRecord,
  Fail2banJail,
  File,
  FileBlock,
  FileLine,
  Group,
  HostCapacity,
  Hostname,
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
  Reboot,
  rfc2136,
  SelfSignedCertificate,
  Service,
  Symlink,
  Sysctl,
  Template,
  Timezone,
  Ufw,
  UfwRule,
  User,
} from '@hostwright/modules';

// What must not compile. `npm run check` compiles this file, and a line that is not refused fails there: the compiler
// reports an unused @ts-expect-error. Nothing here is called.

const provider = rfc2136({ server: '192.0.2.53' });
const path = '/etc/motd';

/** By resource type: specs that the compiler refuses. */
export const refused = {
  AcmeCertificate: () => [
    // @ts-expect-error nobody agreed to the terms
    AcmeCertificate({ names: ['mail.example.com'], agreesToTerms: false }),
    // @ts-expect-error a misspelt property
    AcmeCertificate({ names: ['mail.example.com'], agreesToTerms: true, emial: 'a@example.com' }),
  ],
  AptSource: () => [
    // @ts-expect-error one suite where a list is expected
    AptSource({ name: 'a', uris: ['https://a.example'], suites: 'trixie', signedBy: '/a.gpg' }),
    // @ts-expect-error a word of Ansible's
    AptSource({ name: 'a', state: 'absent' }),
  ],
  Command: () => [
    // @ts-expect-error a property that there is not
    Command({ run: ['true'], chdir: '/' }),
    // @ts-expect-error text where a list of words is expected
    Command({ run: 'true' }),
  ],
  Directory: () => [
    // @ts-expect-error a file's property
    Directory({ path, content: '' }),
    // @ts-expect-error the mode as a number
    Directory({ path, mode: 755 }),
  ],
  DkimKey: () => [
    // @ts-expect-error a misspelt property
    DkimKey({ domain: 'example.com', selektor: 'mail' }),
    // @ts-expect-error a property is missing
    DkimKey({ domain: 'example.com' }),
  ],
  DnsRecord: () => [
    // @ts-expect-error one value where a list is expected
    DnsRecord({ provider, zone: 'example.com', name: 'mx1', type: 'A', values: '192.0.2.10' }),
    // @ts-expect-error a type of records that is not supported
    DnsRecord({ provider, zone: 'example.com', name: 'mx1', type: 'AA', values: ['192.0.2.10'] }),
    // @ts-expect-error a misspelt property
    DnsRecord({ provider, zone: 'example.com', name: 'a', type: 'A', values: [], tll: 60 }),
  ],
  Fail2banJail: () => [
    // @ts-expect-error an option that there is not
    Fail2banJail({ name: 'sshd', maxretries: 3 }),
    // @ts-expect-error one port where a list is expected
    Fail2banJail({ name: 'sshd', port: 22 }),
    // @ts-expect-error a number that is no port, in a list
    Fail2banJail({ name: 'sshd', port: ['ssh', 22, 70_000] }),
  ],
  File: () => [
    // @ts-expect-error a misspelt property
    File({ path, contents: 'Hello.\n' }),
    // @ts-expect-error a word that ensure does not know
    File({ path, ensure: 'gone' }),
  ],
  FileBlock: () => [
    // @ts-expect-error the block has no name
    FileBlock({ path, content: 'Hello.\n' }),
    // @ts-expect-error a word of Ansible's
    FileBlock({ path, name: 'own', block: 'Hello.\n' }),
  ],
  FileLine: () => [
    // @ts-expect-error what the line says is missing
    FileLine({ path, replaces: '^Hello' }),
    // @ts-expect-error a word of Ansible's
    FileLine({ path, line: 'Hello.', regexp: '^Hello' }),
    // @ts-expect-error an expression that is no text
    FileLine({ path, line: 'Hello.', replaces: /^Hello/ }),
  ],
  Group: () => [
    // @ts-expect-error text where a number is expected
    Group({ name: 'vmail', gid: '5000' }),
    // @ts-expect-error a property of users
    Group({ name: 'vmail', shell: '/bin/sh' }),
  ],
  HostCapacity: () => [
    // @ts-expect-error another unit than the property's
    HostCapacity({ memoryGiB: 4 }),
  ],
  Hostname: () => [
    // @ts-expect-error another word than the property's
    Hostname({ hostname: 'mail' }),
  ],
  MailBackup: () => [
    // @ts-expect-error missing
    MailBackup({ environmentFile: '/e', unit: 'mail-backup.service' }),
    // @ts-expect-error unknown
    MailBackup({ environmentFile: '/e', unit: 'a.service', mailDirectory: '/m', keep: 7 }),
  ],
  MailHealth: () => [
    // @ts-expect-error another unit than the property's
    MailHealth({ windowSeconds: 60 }),
  ],
  MailQueue: () => [
    // @ts-expect-error no spec
    MailQueue(),
  ],
  MailboxCopy: () => [
    // @ts-expect-error missing
    MailboxCopy({ folder: '/etc/mail-copy' }),
    // @ts-expect-error unknown
    MailboxCopy({ folder: '/etc/mail-copy', mailboxes: ['a@example.com'], server: 'x' }),
  ],
  MysqlDatabase: () => [
    // @ts-expect-error no name
    MysqlDatabase({}),
    // @ts-expect-error a misspelt property
    MysqlDatabase({ name: 'a', charset: 'utf8mb4' }),
  ],
  MysqlRows: () => [
    // @ts-expect-error a word that others does not know
    MysqlRows({ database: 'a', table: 'b', key: ['c'], columns: [], rows: [], others: 'drop' }),
    // @ts-expect-error a misspelt property
    MysqlRows({ database: 'a', table: 'b', key: ['c'], columns: [], row: [] }),
  ],
  MysqlTable: () => [
    // @ts-expect-error a column without its type
    MysqlTable({ database: 'a', name: 'b', columns: { c: {} }, primaryKey: ['c'] }),
    // @ts-expect-error a misspelt property
    MysqlTable({ database: 'a', name: 'b', columns: {}, primary: ['c'] }),
  ],
  MysqlUser: () => [
    // @ts-expect-error a right that there is not
    MysqlUser({ name: 'a', password: secret('x'), grants: { 'a.*': 'SELECT' } }),
    // @ts-expect-error a misspelt property
    MysqlUser({ name: 'a', password: secret('x'), grant: {} }),
  ],
  MysqlVariable: () => [
    // @ts-expect-error a misspelt property
    MysqlVariable({ name: 'max_connections', values: '100' }),
  ],
  Package: () => [
    // @ts-expect-error a word of Ansible's
    Package({ name: 'postfix', state: 'present' }),
    // @ts-expect-error an option of declarations that there is not
    Package({ name: 'postfix' }, { need: [] }),
  ],
  Postconf: () => [
    // @ts-expect-error a parameter that Postfix does not have
    Postconf({ smtpd_tls_securty_level: 'may' }),
    // @ts-expect-error null is no value of a parameter
    Postconf({ myhostname: null }),
  ],
  PostfixService: () => [
    // @ts-expect-error a type of services that master.cf does not know
    PostfixService({ name: 'smtp', type: 'tcp', command: 'smtpd' }),
    // @ts-expect-error an option that Postfix does not have
    PostfixService({ name: 'smtp', type: 'inet', command: 'smtpd', options: { smptd_x: 'y' } }),
  ],
  Reboot: () => [
    // @ts-expect-error a misspelt property
    Reboot({ required: true }),
  ],
  SelfSignedCertificate: () => [
    // @ts-expect-error one name where a list is expected
    SelfSignedCertificate({ names: 'mail.example.com', certificateFile: path, keyFile: path }),
    // @ts-expect-error a misspelt property
    SelfSignedCertificate({ names: ['a.example'], certificatePath: path, keyFile: path }),
  ],
  Service: () => [
    // @ts-expect-error text where yes or no is expected
    Service({ name: 'nginx', running: 'started' }),
    // @ts-expect-error a word of Ansible's
    Service({ name: 'nginx', state: 'started' }),
  ],
  Symlink: () => [
    // @ts-expect-error a word of Ansible's
    Symlink({ path, src: '/run/motd' }),
    // @ts-expect-error links have no mode
    Symlink({ path, target: '/run/motd', mode: '0777' }),
  ],
  Sysctl: () => [
    // @ts-expect-error yes in place of a number
    Sysctl({ name: 'net.ipv4.ip_forward', value: true }),
    // @ts-expect-error a word of Ansible's
    Sysctl({ name: 'net.ipv4.ip_forward', value: 1, sysctl_set: true }),
  ],
  Template: () => [
    // @ts-expect-error content is what a template makes
    Template({ path, content: 'Hello.\n' }),
  ],
  Timezone: () => [
    // @ts-expect-error another word than the property's
    Timezone({ zone: 'Europe/Berlin' }),
  ],
  Ufw: () => [
    // @ts-expect-error a policy that ufw does not know
    Ufw({ enabled: true, incoming: 'drop' }),
    // @ts-expect-error a misspelt property
    Ufw({ enable: true }),
  ],
  UfwRule: () => [
    // @ts-expect-error no port, and no range or list of ports
    UfwRule({ allow: 'http' }),
    // @ts-expect-error a protocol that ufw does not know
    UfwRule({ allow: 80, proto: 'http' }),
    // @ts-expect-error a number that is no port
    UfwRule({ allow: 70_000, proto: 'tcp' }),
    // @ts-expect-error the first number above all ports
    UfwRule({ limit: 65_536 }),
    // @ts-expect-error none of the ports either
    UfwRule({ deny: 0 }),
    // @ts-expect-error no whole number
    UfwRule({ reject: 2.5 }),
    // @ts-expect-error a misspelt property
    UfwRule({ allow: 65_535, protocol: 'tcp' }),
  ],
  User: () => [
    // @ts-expect-error one group where a list is expected
    User({ name: 'deploy', groups: 'sudo' }),
    // @ts-expect-error a number where a path is expected
    User({ name: 'deploy', shell: 0 }),
    // @ts-expect-error a misspelt property
    User({ name: 'deploy', home_dir: '/srv' }),
  ],
};

/** The same for what is around resources. */
export const refusedAround: Readonly<Record<string, (site: Playbook) => readonly unknown[]>> = {
  inventory: () => {
    const hosts = inventory({
      vars: { port: 25 },
      hosts: { mx1: { address: '192.0.2.10', groups: ['mail'] } },
    });
    return [
      // @ts-expect-error a group that no host is in
      hosts.play({ hosts: 'mial', resources: () => [] }),
      hosts.play({
        hosts: 'mail',
        // @ts-expect-error a variable that the inventory does not have
        resources: ({ vars }) => [UfwRule({ allow: vars.prot })],
      }),
      // @ts-expect-error a variable of another type than its default
      inventory({ vars: { port: 25 }, hosts: { mx1: { vars: { port: 'smtp' } } } }),
      // @ts-expect-error a setting that hosts do not have
      inventory({ hosts: { mx1: { adress: '192.0.2.10' } } }),
      // @ts-expect-error a number that is no port
      inventory({ hosts: { mx1: { ssh: { port: 22 } }, mx2: { ssh: { port: 220_000 } } } }),
      // @ts-expect-error the same, of a host on the way
      inventory({ hosts: { mx1: { ssh: { jump: { address: 'a', ssh: { port: 0 } } } } } }),
      // @ts-expect-error the same, of all hosts
      inventory({ hosts: { mx1: {} }, defaults: { ssh: { port: 65_536 } } }),
    ];
  },
  play: () => [
    // @ts-expect-error a fact that there is not
    play({ hosts: 'all', resources: ({ facts }) => [File({ path, content: facts.hostnam })] }),
  ],
  plan: (site: Playbook) => [
    // @ts-expect-error a setting that a run does not have
    plan(site, { parallel: 10 }),
  ],
};
