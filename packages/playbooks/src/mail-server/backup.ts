import { type Declaration, type Declarations, reveal, secret, sh } from '@hostwright/core';
import { Command, Directory, File, MailBackup, Package, Service } from '@hostwright/modules';
import { unitFile } from '../unit-file.ts';
import type { Backup } from './backup-settings.ts';
import type { MailServer } from './settings.ts';
import { databaseLogin } from './sql-maps.ts';

const folder = '/etc/mail-backup';
const environmentFile = `${folder}/environment`;
const passwordFile = `${folder}/password`;
const program = '/usr/local/sbin/mail-backup';
const stateFolder = '/var/lib/mail-backup';
const dump = `${stateFolder}/accounts.sql`;
const unit = 'mail-backup';

/** A backup by restic every day, and what is done with backups by hand. */
export function backup(
  { backup: wanted, database, filters }: MailServer,
  {
    mailDirectory,
    ready,
  }: { readonly mailDirectory: string; readonly ready: readonly Declaration[] },
): Declarations {
  if (wanted === undefined) return [];
  const restic = Package({ name: 'restic' });
  const own = { owner: 'root', group: 'root' };
  const hasDatabase = database !== undefined;
  const parent = Directory({ path: folder, ...own, mode: '0700' });
  const secretFile = (path: string, text: string) =>
    File({ path, content: secret(text), ...own, mode: '0600' });
  const secrets = [
    secretFile(environmentFile, environmentText(wanted)),
    secretFile(passwordFile, reveal(wanted.password)),
  ];
  // Unpacked mail is put here as well, for its owner to reach.
  const state = Directory({ path: stateFolder, ...own, mode: '0711' });
  const repository = Command(
    {
      name: 'repository of backups',
      unless: withEnvironment('restic --no-lock --no-cache cat config'),
      script: withEnvironment('restic init'),
    },
    { needs: [restic, ...secrets] },
  );
  const learned = filters?.spam?.learns === true ? ['/var/lib/amavis/.spamassassin'] : [];
  const paths = [mailDirectory, '/etc', ...(hasDatabase ? [dump] : []), ...learned];
  const files = [
    File({
      path: program,
      content: backupProgram(wanted, paths, hasDatabase),
      ...own,
      mode: '0755',
    }),
    unitFile(`${unit}.service`, serviceText),
    unitFile(`${unit}.timer`, timerText(wanted.calendar)),
  ];
  const timer = Service(
    { name: `${unit}.timer`, running: true, enabled: true },
    { needs: [repository, state, ...files, ...ready] },
  );
  const errands = MailBackup({
    environmentFile,
    unit: `${unit}.service`,
    mailDirectory,
    ...(hasDatabase ? { database: { name: databaseLogin.database, dump } } : {}),
  });
  return [restic, parent, secrets, state, repository, files, timer, errands];
}

/** For systemd and a shell alike. */
function environmentText({ repository, environment }: Backup): string {
  const rows = {
    RESTIC_REPOSITORY: repository,
    RESTIC_PASSWORD_FILE: passwordFile,
    RESTIC_CACHE_DIR: '/var/cache/mail-backup',
    ...Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, reveal(value)]),
    ),
  };
  return Object.entries(rows)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}

function withEnvironment(command: string): string {
  return `set -a && . ${environmentFile} && set +a && ${command}`;
}

/** Indexes are left out: Dovecot makes them from what is there. */
const leftOut = ['dovecot.index*', 'dovecot.list.index*', folder];

function backupProgram({ keep }: Backup, paths: readonly string[], hasDatabase: boolean): string {
  const { database } = databaseLogin;
  const dumping =
    sh`mariadb-dump --single-transaction --skip-dump-date ${database} >${`${dump}.new`}
mv ${`${dump}.new`} ${dump}
`.script;
  const backing = sh`restic --quiet backup --tag mail ${leftOut.map((each) => `--exclude=${each}`)} ${paths}`;
  const forgetting = sh`restic --quiet forget --tag mail --group-by host --keep-daily ${keep.daily} --keep-weekly ${keep.weekly} --keep-monthly ${keep.monthly} --prune`;
  return `#!/bin/sh
# Written by Hostwright.
set -eu
umask 077
${hasDatabase ? dumping : ''}# 3: a message was moved or deleted while it was read.
${backing.script} || [ $? -eq 3 ]
${forgetting.script}
`;
}

const serviceText = `# Written by Hostwright.
[Unit]
Description=Backup of mail and configuration
Wants=network-online.target
After=network-online.target mariadb.service

[Service]
Type=oneshot
EnvironmentFile=${environmentFile}
ExecStart=${program}
CacheDirectory=mail-backup
Nice=10
IOSchedulingClass=idle
`;

function timerText(calendar: string): string {
  return `# Written by Hostwright.
[Unit]
Description=When mail is backed up

[Timer]
OnCalendar=${calendar}
RandomizedDelaySec=15min
Persistent=true

[Install]
WantedBy=timers.target
`;
}
