import type { Declarations } from '@hostwright/core';
import { Directory, File, Package, Service } from '@hostwright/modules';
import { refuse } from '../refuse.ts';

/** Log files of your own, which no package rotates. */
export interface RotatedFiles {
  /** Absolute paths; `*` stands for any name within a directory. */
  readonly paths: readonly string[];
  /** How many old ones are kept, one a day; 14 when left out. */
  readonly keepDays?: number;
  /** Unit that is asked to open its log anew, by a reload. Left out: the file is copied and cut off. */
  readonly reload?: string;
}

export interface LogSettings {
  /** What the journal may take of the disk, in MiB; 1024 when left out. The oldest entries go first. */
  readonly journalMaxMiB?: number;
  /** How long entries of the journal are kept, in days; 30 when left out. */
  readonly journalDays?: number;
  /** By a name that the rule gets as well: `{ shop: { paths: ['/var/log/shop.log'] } }`. */
  readonly files?: Readonly<Record<string, RotatedFiles>>;
}

/**
 * Logs that stay on the disk over a reboot and never fill it. Postfix, Dovecot and the rest of a mail server write to the
 * journal; fail2ban, ClamAV and MariaDB write files, whose packages bring rules that `logrotate` follows once it is there.
 *
 * Errors: UPKEEP_INVALID with every problem at once.
 * @example play({ hosts: 'mail', resources: () => logRotation({ journalMaxMiB: 2048, journalDays: 90 }) })
 */
export function logRotation(settings: LogSettings = {}): Declarations {
  refuse('UPKEEP_INVALID', logProblems(settings));
  const owned = { owner: 'root', group: 'root' };
  const software = Package({ name: 'logrotate' });
  const rules = Object.entries(settings.files ?? {}).map(([name, files]) =>
    File(
      {
        path: `/etc/logrotate.d/${name}`,
        content: rotationRule(files),
        ...owned,
        mode: '0644',
        validate: ['logrotate', '--debug', '%'],
      },
      { needs: [software] },
    ),
  );
  const folder = '/etc/systemd/journald.conf.d';
  return [
    software,
    rules,
    Service({ name: 'logrotate.timer', running: true, enabled: true }, { needs: [software] }),
    Directory({ path: folder, ...owned, mode: '0755' }),
    File({
      path: `${folder}/hostwright.conf`,
      content: journalConfig(settings),
      ...owned,
      mode: '0644',
    }),
    Service({ name: 'systemd-journald', running: true, config: [folder], onChange: 'restart' }),
  ];
}

/** Source: journald.conf(5) of systemd 252 and 257. */
export function journalConfig({ journalMaxMiB = 1024, journalDays = 30 }: LogSettings): string {
  return `# Written by Hostwright.
[Journal]
Storage=persistent
SystemMaxUse=${journalMaxMiB}M
MaxRetentionSec=${journalDays}day
MaxFileSec=1day
`;
}

/** Source: logrotate(8) of 3.21 and 3.22. */
export function rotationRule({ paths, keepDays = 14, reload }: RotatedFiles): string {
  const after =
    reload === undefined
      ? '  copytruncate\n'
      : `  sharedscripts\n  postrotate\n    systemctl try-reload-or-restart ${reload}\n  endscript\n`;
  return `# Written by Hostwright.
${paths.join(' ')} {
  daily
  rotate ${keepDays}
  compress
  delaycompress
  missingok
  notifempty
${after}}
`;
}

const limits = { journalMaxMiB: 1_048_576, journalDays: 3650, keepDays: 3650 } as const;

function logProblems({ files = {}, ...journal }: LogSettings): readonly string[] {
  const numbers = [
    ['journalMaxMiB', journal.journalMaxMiB],
    ['journalDays', journal.journalDays],
    ...Object.values(files).map(({ keepDays }) => ['keepDays', keepDays] as const),
  ] as const;
  return [
    ...numbers
      .filter(([name, value = 1]) => !Number.isInteger(value) || value < 1 || value > limits[name])
      .map(([name, value]) => `${name}: ${value} is no whole number from 1 to ${limits[name]}.`),
    ...Object.entries(files).flatMap(([name, rule]) => ruleProblems(name, rule)),
  ];
}

function ruleProblems(name: string, { paths, reload }: RotatedFiles): readonly string[] {
  return [
    // logrotate passes over names with a dot or a tilde at the end.
    ...(/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) ? [] : [`files: '${name}' is no name of a rule.`]),
    ...(paths.length > 0 ? [] : [`files: '${name}' has no path.`]),
    ...paths
      .filter((path) => !/^(\/[A-Za-z0-9._*-]+)+$/.test(path))
      .map((path) => `files: '${path}' is no absolute path of plain characters.`),
    ...(reload === undefined || /^[A-Za-z0-9_.@-]{1,200}$/.test(reload)
      ? []
      : [`files: '${reload}' is no name of a unit.`]),
  ];
}
