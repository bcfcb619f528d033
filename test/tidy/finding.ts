import { lineAt } from '../../scripts/tree/source-file.ts';
import type { TreeFile } from '../../scripts/tree/tree.ts';

/** One place where the tree breaks a rule: `file:line rule — what to do instead`. */
export type Finding = string;

/** A finding at an offset of a file. */
export function findingAt(file: TreeFile, offset: number, rule: string, remedy: string): Finding {
  return findingOn(file.path, lineAt(file, offset), rule, remedy);
}

/** A finding on a line, counted from 1. */
export function findingOn(path: string, line: number, rule: string, remedy: string): Finding {
  return `${path}:${line} ${rule} — ${remedy}`;
}
