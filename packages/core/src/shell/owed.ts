import { createHash } from 'node:crypto';
import type { Sh } from '../model/sh.ts';
import { listLock } from './lock.ts';
import { lines, sh } from './sh.ts';
import { findStateFolder } from './state-folder.ts';
import { listWaysBack } from './way-back.ts';
import { listWorks } from './work.ts';

/**
 * Refreshes that a run owes its host: recorded before the change that causes them, cleared after they were done, so
 * that a run which dies in between leaves the debt to the next one. One file each; its name is the label in hex or, where that
 * is too long for a name, a digest of it, and then it holds the hex.
 */
export function recordOwed(labels: readonly string[]): Sh {
  const record = labels.map((label) => {
    const isLong = fileOf(label) !== encode(label);
    return isLong
      ? sh`echo ${encode(label)} >"$hw_state/owed/${fileOf(label)}"`
      : sh`: >"$hw_state/owed/${fileOf(label)}"`;
  });
  return lines([
    findStateFolder,
    sh`mkdir -p "$hw_state/owed" && chmod 0755 "$hw_state"`,
    ...record,
  ]);
}

export function clearOwed(labels: readonly string[]): Sh {
  return lines([
    findStateFolder,
    ...labels.map((label) => sh`rm -f "$hw_state/owed/${fileOf(label)}"`),
  ]);
}

/**
 * Lists what earlier runs left: owed refreshes, works that `parseWorks` reads, ways back for
 * `parseWaysBack`, a lock for `parseLock`.
 */
export const listLeft: Sh = lines([
  findStateFolder,
  sh`for f in "$hw_state"/owed/*; do if [ -s "$f" ]; then cat "$f"; elif [ -e "$f" ]; then printf '%s\n' "\${f##*/}"; fi; done`,
  listWorks,
  listWaysBack,
  listLock,
]);

export function parseOwed(stdout: string): readonly string[] {
  const names = stdout.split('\n').filter((line) => /^([0-9a-f]{2})+$/.test(line));
  return names.map((name) => Buffer.from(name, 'hex').toString()).toSorted();
}

/** Longest name of a file, in bytes. */
const nameMax = 255;

function fileOf(label: string): string {
  const name = encode(label);
  return name.length <= nameMax ? name : `long-${createHash('sha256').update(label).digest('hex')}`;
}

function encode(label: string): string {
  return Buffer.from(label).toString('hex');
}

/** Runs a text only where a refresh is still recorded as owed; where it is not, it was done. */
export function whileOwed(label: string, text: Sh): Sh {
  return lines([
    findStateFolder,
    sh`if [ -e "$hw_state/owed/${fileOf(label)}" ]; then`,
    text,
    sh`fi`,
  ]);
}
