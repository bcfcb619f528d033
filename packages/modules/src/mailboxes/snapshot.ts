import { HostwrightError } from '@hostwright/core';

/** One backup in the repository. */
export interface Snapshot {
  /** All 64 digits. */
  readonly id: string;
  /** Since 1970. */
  readonly seconds: number;
  readonly host: string;
}

interface Snapshots {
  /** What the clock of the host said, in seconds since 1970. */
  readonly now: number;
  /** The newest first. */
  readonly snapshots: readonly Snapshot[];
}

/** Reads the clock and what `restic snapshots --json` printed. Errors: ERRAND_FAILED. */
export function parseSnapshots(stdout: string): Snapshots {
  const end = stdout.indexOf('\n');
  const rows = rowsOf(stdout.slice(end + 1));
  const snapshots = rows.map((row) => ({
    id: String(row.id),
    seconds: Math.floor(Date.parse(String(row.time)) / 1000),
    host: String(row.hostname),
  }));
  return {
    now: Number(stdout.slice(0, end)),
    snapshots: snapshots.toSorted((one, other) => other.seconds - one.seconds),
  };
}

function rowsOf(text: string): readonly Record<string, unknown>[] {
  try {
    // An empty repository is `null` to some releases.
    return (JSON.parse(text) ?? []) as readonly Record<string, unknown>[];
  } catch {
    throw new HostwrightError('ERRAND_FAILED', {
      problem: 'The list of backups is not what restic prints.',
      detail: text.slice(0, 500),
    });
  }
}

/** For people. */
export function snapshotText({ id, seconds, host }: Snapshot): string {
  return `${id.slice(0, 8)}  ${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC  ${host}`;
}
