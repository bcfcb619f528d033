/** How many mails a month a server is made for. */
export type MailVolume = '1K-10K' | '10K-100K' | '100K-1M' | '1M+';

/** Numbers that follow from the volume. */
export interface Sizing {
  /** What the host must have at least. */
  readonly least: { readonly cpus: number; readonly memoryMiB: number; readonly diskMiB: number };
  /** Upper limit for each kind of Postfix daemon. */
  readonly processLimit: number;
  /** Messages that the filter looks at at once. */
  readonly filterChildren: number;
  /** Logins and TLS sessions of IMAP at once. */
  readonly imapLogins: number;
  /** Open IMAP sessions. */
  readonly imapSessions: number;
  /** Memory that MariaDB keeps pages of its tables in. A table of mail users is small, so this grows slowly. */
  readonly bufferPoolMiB: number;
  /** Connections to MariaDB: Postfix's proxymap has one for each table and process, Dovecot up to 30. */
  readonly databaseConnections: number;
  /** Whether ClamAV holds two databases while it loads a new one, in place of a pause of up to a minute. */
  readonly reloadsConcurrently: boolean;
  /** Messages in the queue that are too many. */
  readonly queueMax: number;
}

const gibibyte = 1024;
/** The kernel keeps a part of the memory that a machine is sold with. */
const visible = 0.9;

/**
 * Minimum of CPUs, memory and disk by volume, and what the services get. The limits are meant for a busy minute of ten
 * times the mean: 1M mails a month are 230 in such a minute, and two children of the filter manage 390 small ones.
 */
export const sizings: Readonly<Record<MailVolume, Sizing>> = {
  '1K-10K': {
    least: { cpus: 1, memoryMiB: visible * gibibyte, diskMiB: 10 * gibibyte },
    processLimit: 100,
    filterChildren: 2,
    imapLogins: 100,
    imapSessions: 256,
    bufferPoolMiB: 128,
    databaseConnections: 100,
    reloadsConcurrently: false,
    queueMax: 100,
  },
  '10K-100K': {
    least: { cpus: 1, memoryMiB: visible * 2 * gibibyte, diskMiB: 25 * gibibyte },
    processLimit: 150,
    filterChildren: 3,
    imapLogins: 200,
    imapSessions: 512,
    bufferPoolMiB: 256,
    databaseConnections: 150,
    reloadsConcurrently: false,
    queueMax: 100,
  },
  '100K-1M': {
    least: { cpus: 2, memoryMiB: visible * 4 * gibibyte, diskMiB: 50 * gibibyte },
    processLimit: 200,
    filterChildren: 6,
    imapLogins: 500,
    imapSessions: 1024,
    bufferPoolMiB: 1024,
    databaseConnections: 200,
    reloadsConcurrently: true,
    queueMax: 500,
  },
  '1M+': {
    least: { cpus: 4, memoryMiB: visible * 8 * gibibyte, diskMiB: 80 * gibibyte },
    processLimit: 400,
    filterChildren: 12,
    imapLogins: 1000,
    imapSessions: 2048,
    bufferPoolMiB: 2048,
    databaseConnections: 300,
    reloadsConcurrently: true,
    queueMax: 1000,
  },
};

/** What a server needs beside mail itself. */
export interface MemoryUsers {
  readonly hasOfficialDatabase: boolean;
  readonly hasFilter: boolean;
  readonly hasDatabase: boolean;
}

/** Measured, in MiB: the system and mail, ClamAV's database once, amavis, each of its children. */
const memory = { base: 400, virusDatabase: 1300, filter: 80, filterChild: 70 } as const;

/** Memory in MiB that everything together takes at its busiest, or the minimum of the volume where that is more. */
export function leastMemoryMiB(sizing: Sizing, users: MemoryUsers): number {
  const databases = users.hasOfficialDatabase ? (sizing.reloadsConcurrently ? 2 : 1) : 0;
  const filter = users.hasFilter ? memory.filter + memory.filterChild * sizing.filterChildren : 0;
  const pool = users.hasDatabase ? sizing.bufferPoolMiB * 1.1 : 0;
  const sum = memory.base + memory.virusDatabase * databases + filter + pool;
  return Math.ceil(Math.max(sum, sizing.least.memoryMiB));
}
