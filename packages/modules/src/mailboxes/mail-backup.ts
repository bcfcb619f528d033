import {
  defineResource,
  type Errand,
  type ErrandFinding,
  HostwrightError,
  type Indicator,
  type Sh,
  sh,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { pathProperty } from '../files/absolute-path.ts';
import { restoreScript, unpackScript } from './restore-script.ts';
import { parseSnapshots, type Snapshot, snapshotText } from './snapshot.ts';

const schema = Type.Object(
  {
    environmentFile: pathProperty(
      'File with RESTIC_REPOSITORY and what else restic wants in its environment, `NAME=value` a line, as a shell reads it.',
    ),
    unit: Type.String({
      pattern: '^[A-Za-z0-9_.@-]{1,200}\\.service$',
      description: 'Unit that makes a backup: `mail-backup.service`.',
    }),
    mailDirectory: pathProperty('Where mail lies, as `DIRECTORY/DOMAIN/LOCAL-PART/Maildir`.'),
    database: Type.Optional(
      Type.Object(
        {
          name: Type.String({
            pattern: '^[A-Za-z0-9_]{1,64}$',
            description: 'Name of the database with the accounts.',
          }),
          dump: pathProperty('File that the unit writes it to.'),
        },
        {
          additionalProperties: false,
          description: 'Accounts that are in the backup as a dump. Default: none are.',
        },
      ),
    ),
    ageHoursMax: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 8760,
        description: 'How old the newest backup may be, in hours. Default: 26.',
      }),
    ),
  },
  { additionalProperties: false },
);

type MailBackupSpec = Readonly<Static<typeof schema>>;

const snapshotProperty = Type.Optional(
  Type.String({
    pattern: '^(latest|[0-9a-f]{4,64})$',
    description: 'Id of the backup, or the beginning of it. Default: `latest`.',
  }),
);

const restored = Type.Object(
  {
    mailbox: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9_][a-z0-9_.-]{0,63}@[a-z0-9][a-z0-9.-]{0,252}$',
        description: 'Address of the mailbox that is brought back.',
      }),
    ),
    all: Type.Optional(
      Type.Boolean({
        description: 'Every mailbox, and the accounts in the database as they were then.',
      }),
    ),
    snapshot: snapshotProperty,
  },
  { additionalProperties: false },
);

const unpacked = Type.Object(
  {
    path: pathProperty('File or directory as it was called on the host: `/etc/postfix`.'),
    into: pathProperty('Directory that it is put into, below its whole old path. It is made.'),
    snapshot: snapshotProperty,
  },
  { additionalProperties: false },
);

/** A restore of a terabyte takes as long as it takes. */
const deedLimitMs = 86_400_000;

/**
 * Backups of a mail host by restic, for what is done with them by hand. `mailServer({ backup })` of @hostwright/playbooks
 * declares the unit that makes them, and this.
 *
 * Identity: once per host.
 * Errands: `list`; `now`: makes one; `restore`: brings back the messages of a `mailbox`, or of `all`, that are not there
 * any more, and leaves those that are; `unpack`: puts files of a backup into a directory, to be looked at.
 * Units: hours.
 * Cost: nothing to probe; `health` and each errand ask the repository for its list.
 * Limits: messages keep folder and flags; one that was deleted gets a new number (UID). With `all`, accounts of the database are as they were then.
 * Errors: ERRAND_INVALID, ERRAND_FAILED; HEALTH_FAILED where the repository cannot be read.
 * Source: restic 0.14 and 0.18.
 * @example MailBackup({ environmentFile: '/etc/mail-backup/environment', unit: 'mail-backup.service', mailDirectory: '/var/vmail' })
 */
export const MailBackup = defineResource({
  kind: 'MailBackup',
  schema,
  keys: [],
  identity: () => 'mail',
  driver: { via: 'nothing' },
  diff: () => [],
  health: {
    commands: ['restic'],
    script: ({ environmentFile }) => snapshotsOf(environmentFile, sh` --latest 1`),
    read: (stdout, { ageHoursMax = 26 }) => [ageIndicator(stdout, ageHoursMax)],
    timeoutMs: 60_000,
  },
  errands: {
    list: {
      summary: 'Lists backups, the newest first.',
      schema: Type.Object({}, { additionalProperties: false }),
      isFinal: false,
      commands: ['restic'],
      look: ({ environmentFile }) => snapshotsOf(environmentFile),
      find: (stdout) => listFinding(parseSnapshots(stdout).snapshots),
    } satisfies Errand<MailBackupSpec>,
    now: {
      summary: 'Makes a backup.',
      schema: Type.Object({}, { additionalProperties: false }),
      isFinal: false,
      commands: ['systemctl', 'journalctl'],
      timeoutMs: deedLimitMs,
      look: () => sh`:`,
      find: (_, __, { unit }) => ({
        lines: [`${unit} is started`],
        value: null,
        act: sh`systemctl start ${unit} || { journalctl -q -n 20 -o cat -u ${unit}; exit 1; }`,
      }),
    } satisfies Errand<MailBackupSpec>,
    restore: {
      summary: 'Brings back messages that are not there any more.',
      schema: restored,
      isFinal: true,
      commands: ['restic', 'systemd-run'],
      timeoutMs: deedLimitMs,
      look: ({ environmentFile }) => snapshotsOf(environmentFile),
      find: (stdout, given, spec) => restoreFinding(stdout, given as Restored, spec),
    } satisfies Errand<MailBackupSpec>,
    unpack: {
      summary: 'Puts files of a backup into a directory, to be looked at.',
      schema: unpacked,
      isFinal: false,
      commands: ['restic', 'systemd-run'],
      timeoutMs: deedLimitMs,
      look: ({ environmentFile }) => snapshotsOf(environmentFile),
      find: (stdout, given, spec) => {
        const { path: from, into, snapshot } = given as Static<typeof unpacked>;
        const chosen = chosenOf(stdout, snapshot);
        return {
          lines: [`${from} of ${snapshotText(chosen)} into ${into}`],
          value: { snapshot: chosen.id },
          act: unpackScript({ ...spec, snapshot: chosen.id, path: from, into }),
        };
      },
    } satisfies Errand<MailBackupSpec>,
  },
});

type Restored = Static<typeof restored>;

/** The clock of the host, and the backups as JSON. Nothing is written: neither a lock nor a cache. */
function snapshotsOf(environmentFile: string, more: Sh = sh``): Sh {
  return sh`date +%s && set -a && . ${environmentFile} && set +a && restic --no-lock --no-cache --quiet snapshots --json --tag mail${more}`;
}

function ageIndicator(stdout: string, ageHoursMax: number): Indicator {
  const { now, snapshots } = parseSnapshots(stdout);
  const [newest] = snapshots;
  const value = newest === undefined ? null : Math.round((now - newest.seconds) / 360) / 10;
  return {
    name: 'backup',
    title: 'age of the newest backup',
    value,
    unit: 'h',
    wanted: `≤ ${ageHoursMax}`,
    // None at all is no quiet host: something does not work.
    verdict: value !== null && value <= ageHoursMax ? 'good' : 'bad',
    notes: newest === undefined ? ['There is none.'] : [],
  };
}

function listFinding(snapshots: readonly Snapshot[]): ErrandFinding {
  const count = snapshots.length === 1 ? '1 backup' : `${snapshots.length} backups`;
  return {
    lines: [count, ...snapshots.map(snapshotText)],
    value: snapshots.map((each) => ({ ...each })),
  };
}

function restoreFinding(
  stdout: string,
  { mailbox, all, snapshot }: Restored,
  spec: MailBackupSpec,
): ErrandFinding {
  if ((mailbox === undefined) === (all !== true)) {
    throw new HostwrightError('ERRAND_INVALID', {
      problem: 'MailBackup.restore takes either `mailbox` or `all=true`.',
    });
  }
  const chosen = chosenOf(stdout, snapshot);
  const what = mailbox ?? `every mailbox${spec.database === undefined ? '' : ' and all accounts'}`;
  return {
    lines: [`${what} from ${snapshotText(chosen)}`],
    value: { snapshot: chosen.id },
    act: restoreScript({ ...spec, snapshot: chosen.id, mailbox }),
  };
}

function chosenOf(stdout: string, wanted = 'latest'): Snapshot {
  const { snapshots } = parseSnapshots(stdout);
  const fitting = snapshots.filter(({ id }) => wanted === 'latest' || id.startsWith(wanted));
  const [first] = fitting;
  if (first !== undefined && (wanted === 'latest' || fitting.length === 1)) return first;
  throw new HostwrightError('ERRAND_INVALID', {
    problem:
      first === undefined
        ? `There is no backup ${wanted}.`
        : `${fitting.length} backups begin with ${wanted}.`,
    remedy: '`MailBackup.list` shows what is there.',
  });
}
