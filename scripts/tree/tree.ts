import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** One text file of the repository; `path` is relative to its top folder, with slashes. */
export interface TreeFile {
  readonly path: string;
  readonly text: string;
}

/** Paths that git knows or would add: what is ignored is no part of the tree, what is new is. */
export function treePaths(): readonly string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  const paths = listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
  return [...new Set(paths)].toSorted();
}

/** The files whose path matches, read once. */
export function treeFiles(pattern: RegExp): readonly TreeFile[] {
  return treePaths()
    .filter((path) => pattern.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
