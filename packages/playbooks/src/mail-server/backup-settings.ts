import { reveal, Secret } from '@hostwright/core';

/** Backups by restic: mailboxes, accounts, and everything in /etc, encrypted before it leaves the host. */
export interface BackupSettings {
  /**
   * Where they are kept, as restic writes it: the directory of another disk, `sftp:USER@HOST:/PATH` with a key of root that
   * opens it, `rest:https://HOST/PATH`, `s3:https://HOST/BUCKET`.
   */
  readonly repository: string;
  /** Opens the backups. Without it they are lost, so keep it elsewhere as well. */
  readonly password: Secret;
  /** What the way to the repository wants in the environment: `{ AWS_SECRET_ACCESS_KEY: secret(…) }`. */
  readonly environment?: Readonly<Record<string, Secret>>;
  /** When one is made, as in systemd.time(7); `*-*-* 03:00` when left out. */
  readonly calendar?: string;
  /** How many are kept: the last of so many days, weeks and months. 7, 5 and 12 when left out. */
  readonly keep?: { readonly daily?: number; readonly weekly?: number; readonly monthly?: number };
}

/** The same with every default filled in. */
export interface Backup {
  readonly repository: string;
  readonly password: Secret;
  readonly environment: Readonly<Record<string, Secret>>;
  readonly calendar: string;
  readonly keep: Required<NonNullable<BackupSettings['keep']>>;
}

const keepDefault = { daily: 7, weekly: 5, monthly: 12 } as const;

export function completeBackup(settings: BackupSettings | undefined): Backup | undefined {
  if (settings === undefined) return undefined;
  const { environment = {}, calendar = '*-*-* 03:00', keep } = settings;
  return { ...settings, environment, calendar, keep: { ...keepDefault, ...keep } };
}

/** What stands between single quotes in a file that a shell and systemd read alike. */
const plainText = /^[\x20-\x26\x28-\x5b\x5d-\x7e]{1,1024}$/;

export function backupProblems(settings: BackupSettings | undefined): readonly string[] {
  if (settings === undefined) return [];
  const { repository, password, environment, calendar, keep } = completeBackup(settings) as Backup;
  const secrets = { password, ...environment };
  return [
    ...(plainText.test(repository)
      ? []
      : ['backup.repository is not plain text without quotes and backslashes.']),
    ...(/^[A-Za-z0-9*.,:/~ -]{1,100}$/.test(calendar)
      ? []
      : [`backup.calendar: '${calendar}' is no time such as '*-*-* 03:00'.`]),
    ...Object.keys(environment)
      .filter((name) => !/^[A-Z][A-Z0-9_]{0,63}$/.test(name) || name.startsWith('RESTIC_PASSWORD'))
      .map((name) => `backup.environment: '${name}' is no name for it.`),
    ...Object.entries(secrets)
      .filter(([, value]) => !(value instanceof Secret) || !plainText.test(reveal(value)))
      .map(
        ([name]) =>
          `backup: ${name} is no secret() of one line without single quotes and backslashes.`,
      ),
    ...Object.entries(keep)
      .filter(([, count]) => !Number.isInteger(count) || count < 0 || count > 3650)
      .map(([name, count]) => `backup.keep.${name}: ${count} is no whole number from 0 to 3650.`),
    ...(Object.values(keep).every((count) => count === 0) ? ['backup.keep keeps none.'] : []),
  ];
}
