import {
  nameOf,
  partOf,
  type SourceFile,
  type Syntax,
  stringOf,
  walk,
} from '../../scripts/tree/source-file.ts';
import type { TreeFile } from '../../scripts/tree/tree.ts';
import { type Finding, findingAt, findingOn } from './finding.ts';
import { isTest } from './sources.ts';

export const tablePath = 'packages/core/src/model/error-table.ts';

/** The table and the parts that it is put together from. */
export function isTable(path: string): boolean {
  return /^packages\/core\/src\/model\/(\w+-)?error-table\.ts$/.test(path);
}

/** Every string in a source file that is a code: thrown, passed on, or listed for a throw. */
export function codesUsed(file: SourceFile, codes: ReadonlySet<string>): readonly string[] {
  if (isTable(file.path) || isTest(file.path)) return [];
  const found: string[] = [];
  walk(file.program, (node) => {
    const text = stringOf(node);
    if (text !== undefined && codes.has(text)) found.push(text);
  });
  return found;
}

/** Rows of a table that nothing raises. */
export function idleCodes(table: TreeFile, used: ReadonlySet<string>): readonly Finding[] {
  return [...table.text.matchAll(/^ {2}([A-Z][A-Z0-9_]*): \{/gm)].flatMap(
    ({ 1: code = '', index }) => {
      const remedy = 'raise it where its title says, or delete the row';
      return used.has(code) ? [] : [findingAt(table, index, `${code} is raised nowhere`, remedy)];
    },
  );
}

/** HostwrightErrors whose code is not in the table, however the type checker was talked round. */
export function unknownThrows(file: SourceFile, codes: ReadonlySet<string>): readonly Finding[] {
  const findings: Finding[] = [];
  walk(file.program, (node) => {
    if (node.type !== 'NewExpression' || nameOf(partOf(node, 'callee')) !== 'HostwrightError')
      return;
    const [first] = node.arguments as readonly Syntax[];
    const code = stringOf(first);
    if (code === undefined || codes.has(code)) return;
    const remedy = `add a row to ${tablePath}`;
    findings.push(findingAt(file, node.start, `the error code ${code} has no row`, remedy));
  });
  return findings;
}

/** Codes that a document or a comment names and the table does not have. */
export function unknownMentions(file: TreeFile, codes: ReadonlySet<string>): readonly Finding[] {
  const stems = [...new Set([...codes].map((code) => code.split('_')[0] ?? ''))].join('|');
  const pattern = new RegExp(`(?<![\\w$.-])(?:${stems})(?:_[A-Z0-9]+)+\\b(?!_|\\*)`, 'g');
  const lines = file.text.split('\n');
  return lines.flatMap((line, index) => {
    const isProse = file.path.endsWith('.md') || /^\s*(\*|\/\/|\/\*)/.test(line);
    const found = isProse ? [...line.matchAll(pattern)].map(({ 0: code }) => code) : [];
    return found
      .filter((code) => !codes.has(code) && !environment.has(code))
      .map((code) =>
        findingOn(file.path, index + 1, `names the error ${code}`, `use a code of ${tablePath}`),
      );
  });
}

/** Names of other things that begin as codes do. */
const environment = new Set(['USAGE_EXIT', 'DNS_SERVER']);
