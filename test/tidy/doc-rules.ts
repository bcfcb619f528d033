import { posix } from 'node:path';
import { nameOf, parseFile, partOf, walk } from '../../scripts/tree/source-file.ts';
import type { TreeFile } from '../../scripts/tree/tree.ts';
import { type Finding, findingOn } from './finding.ts';

/** One fenced block of a document. */
export interface Fence {
  readonly path: string;
  /** Line of its first line of code, counted from 1. */
  readonly line: number;
  /** `ts`, `sh`, … */
  readonly language: string;
  readonly code: string;
}

export function fencesOf(file: TreeFile): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { line: number; language: string; indent: number; code: string[] } | undefined;
  for (const [index, text] of file.text.split('\n').entries()) {
    const mark = /^( *)```(\S*)/.exec(text);
    if (mark !== null && open === undefined) {
      const [, indent = '', language = ''] = mark;
      open = { line: index + 2, language, indent: indent.length, code: [] };
    } else if (mark !== null && open !== undefined) {
      const { line, language, code } = open;
      fences.push({ path: file.path, line, language, code: code.join('\n') });
      open = undefined;
    } else open?.code.push(text.slice(open.indent));
  }
  return fences;
}

/** The document with its fenced code blanked, so that lines keep their numbers. */
function prose(file: TreeFile): string {
  let isCode = false;
  return file.text
    .split('\n')
    .map((line) => {
      const isMark = /^ *```/.test(line);
      if (isMark) isCode = !isCode;
      return isMark || isCode ? '' : line;
    })
    .join('\n');
}

/** One title, and it comes first. */
export function titleFindings(file: TreeFile): readonly Finding[] {
  const lines = prose(file).split('\n');
  const titles = lines.flatMap((line, index) => (line.startsWith('# ') ? [index + 1] : []));
  if (titles.length === 1) return [];
  const remedy = titles.length === 0 ? 'begin with one # Title' : 'use ## for all but the first';
  return [findingOn(file.path, titles[1] ?? 1, `has ${titles.length} titles`, remedy)];
}

/** Relative links that lead nowhere, to a missing file or a missing heading. */
export function linkFindings(
  file: TreeFile,
  documents: ReadonlyMap<string, TreeFile>,
  paths: ReadonlySet<string>,
): readonly Finding[] {
  return prose(file)
    .split('\n')
    .flatMap((line, index) =>
      [...line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)[^)]*\)/g)].flatMap(
        ({ 1: link = '' }) => {
          const problem = linkProblem(file, link, documents, paths);
          return problem === undefined
            ? []
            : [findingOn(file.path, index + 1, problem, 'correct the link')];
        },
      ),
    );
}

function linkProblem(
  file: TreeFile,
  link: string,
  documents: ReadonlyMap<string, TreeFile>,
  paths: ReadonlySet<string>,
): string | undefined {
  if (/^(https?:|mailto:)/.test(link)) return undefined;
  const [target = '', heading] = link.split('#');
  const path = target === '' ? file.path : posix.join(posix.dirname(file.path), target);
  const folder = path.endsWith('/') ? path : `${path}/`;
  const isThere = paths.has(path) || [...paths].some((known) => known.startsWith(folder));
  if (!isThere) return `links to ${link}, which is not there`;
  const document = documents.get(path);
  if (heading === undefined || document === undefined) return undefined;
  return headingsOf(document).has(heading) ? undefined : `links to ${link}: no such heading`;
}

/** Anchors as GitHub makes them. */
function headingsOf(file: TreeFile): ReadonlySet<string> {
  const titles = [...prose(file).matchAll(/^#{1,6} (.+)$/gm)].map(({ 1: title = '' }) => title);
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

/** `npm run X` for which package.json has no script. */
export function scriptFindings(file: TreeFile, scripts: ReadonlySet<string>): readonly Finding[] {
  return file.text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/\b(?:npm|pnpm) run ([\w:-]+)/g)]
        .filter(({ 1: name = '' }) => !scripts.has(name))
        .map(({ 0: command }) =>
          findingOn(file.path, index + 1, `says ${command}`, 'name a script of package.json'),
        ),
    );
}

/** Paths in backquotes that begin in a folder of ours and lead nowhere. `<name>`, `*` and `…` stand for anything. */
export function pathFindings(file: TreeFile, paths: ReadonlySet<string>): readonly Finding[] {
  const known = [...paths];
  return prose(file)
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/`((?:packages|test|docs|scripts|examples)\/[^`\s]*)`/g)]
        .map(({ 1: path = '' }) => path)
        .filter((path) => !/[*<…{]|[A-Z]{3,}/.test(path))
        .filter(
          (path) => !known.some((one) => one === path || one.startsWith(path.replace(/\/?$/, '/'))),
        )
        .map((path) =>
          findingOn(file.path, index + 1, `names ${path}`, 'name a path that is there'),
        ),
    );
}

/** Names of the properties of interfaces, for documents that must name all of them. */
export function propertiesOf(file: TreeFile, interfaces: readonly string[]): readonly string[] {
  const names: string[] = [];
  walk(parseFile(file).program, (node, ancestors) => {
    const owner = ancestors.findLast(({ type }) => type === 'TSInterfaceDeclaration');
    const isOwn = owner !== undefined && interfaces.includes(nameOf(partOf(owner, 'id')) ?? '');
    if (node.type !== 'TSPropertySignature' || !isOwn) return;
    names.push(nameOf(partOf(node, 'key')) ?? '');
  });
  return names;
}
