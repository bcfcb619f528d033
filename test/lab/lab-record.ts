import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';
import type { Release } from './release.ts';
import type { StateDir } from './state-dir.ts';

/** What the disk knows of a lab: enough for any other process to use it, or to clear it away. */
export interface LabRecord {
  /** 1 to 254; third number of its addresses and part of every name it takes on this machine. */
  readonly id: number;
  readonly name: string;
  readonly directory: string;
  /** The process whose end ends the lab; null for a lab that stays until `down`. */
  readonly owner: ProcessIdentity | null;
  /** A lab that stays is void after a reboot of the machine. */
  readonly bootId: string;
  readonly createdAt: string;
  readonly hosts: readonly HostRecord[];
}

export interface HostRecord {
  readonly name: string;
  readonly release: Release;
  readonly address: string;
}

export function labDirectory(dirs: StateDir, id: number): string {
  return join(dirs.labs, String(id));
}

export function writeRecord(directory: string, record: LabRecord): void {
  writeJson(join(directory, recordFile), record);
}

export function readRecord(directory: string): LabRecord | undefined {
  return readJson<LabRecord>(join(directory, recordFile));
}

export function listRecords(dirs: StateDir): readonly LabRecord[] {
  if (!existsSync(dirs.labs)) return [];
  return readdirSync(dirs.labs)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readRecord(join(dirs.labs, name)) ?? [])
    .sort((one, other) => one.id - other.id);
}

/** Files are written beside and renamed, so that a reader in another process never sees half of one. */
export function writeJson(path: string, value: unknown): void {
  const partial = `${path}.${process.pid}.part`;
  writeFileSync(partial, `${JSON.stringify(value, undefined, 2)}\n`);
  renameSync(partial, path);
}

export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

const recordFile = 'lab.json';
