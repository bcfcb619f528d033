import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Names that a running host changes by itself: its clock, journal, and what a login writes. */
const ownLife = [
  /^(dev|proc|sys|run|tmp)(\/|$)/,
  /^var\/log\//,
  /^var\/lib\/systemd\/(timers|random-seed)/,
  /^var\/lib\/systemd\/timesync/,
];

/** Every file under a root: name, kind, mode, owner, mtime and a digest of its content. */
export function snapshot(root: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  const walk = (folder: string) => {
    for (const name of readdirSync(join(root, folder)).toSorted()) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (ownLife.some((pattern) => pattern.test(path))) continue;
      const full = join(root, path);
      const stat = lstatSync(full);
      const content = stat.isFile()
        ? digest(full)
        : stat.isSymbolicLink()
          ? readlinkSync(full)
          : '';
      entries.set(
        path,
        `${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${stat.mtimeMs} ${content}`,
      );
      if (stat.isDirectory()) walk(path);
    }
  };
  walk('');
  return entries;
}

/** What differs between two snapshots: `+ name`, `- name` or `~ name: before → after`. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === now) return [];
    if (old === undefined) return [`+ ${name}`];
    if (now === undefined) return [`- ${name}`];
    return [`~ ${name}: ${old} → ${now}`];
  });
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}
