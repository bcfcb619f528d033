import { parseFile, type SourceFile } from '../../scripts/tree/source-file.ts';
import { treeFiles } from '../../scripts/tree/tree.ts';

/** Every TypeScript file of the tree, parsed. */
export function allSources(): readonly SourceFile[] {
  return treeFiles(/\.ts$/).map(parseFile);
}

/** A file that is no part of the tree, to try a rule on. */
export function sample(path: string, text: string): SourceFile {
  return parseFile({ path, text });
}

/** Tests, and what only tests may use. */
export function isTest(path: string): boolean {
  return /\.(test|lab|long)\.ts$/.test(path) || path.startsWith('test/');
}
