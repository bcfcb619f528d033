import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Path to everything about it that a write would change. */
export type TreeState = ReadonlyMap<string, string>;

/** What a host writes by itself at any time, and when somebody logs in: its journal, and when its timers last ran. */
const ownWrites = /^\/(proc|sys|dev|run|var\/log|var\/lib\/systemd)(\/|$)/;

/** Every file below a root: type, mode, owner, size, time of change, content. */
export function readTree(root: string): TreeState {
  const found = new Map<string, string>();
  const visit = (directory: string): void => {
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
      const place = join(directory, entry.name);
      if (ownWrites.test(place)) continue;
      found.set(place, describeFile(join(root, place)));
      if (entry.isDirectory()) visit(place);
    }
  };
  visit('/');
  return found;
}

function describeFile(path: string): string {
  const status = lstatSync(path);
  const { mode, uid, gid, mtimeMs } = status;
  const content = status.isFile()
    ? createHash('sha256').update(readFileSync(path)).digest('hex')
    : status.isSymbolicLink()
      ? readlinkSync(path)
      : '';
  return [mode, uid, gid, mtimeMs, content].join(' ');
}

/** Paths that are new, gone or different. */
export function changedPaths(before: TreeState, after: TreeState): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}
