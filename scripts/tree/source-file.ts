import { type Comment, type EcmaScriptModule, type Program, parseSync } from 'oxc-parser';
import type { TreeFile } from './tree.ts';

/** One node of the syntax tree (ESTree with TypeScript), as far as a walk over any node can know it. */
export interface Syntax {
  readonly type: string;
  /** Offsets into the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

/** A TypeScript file with its syntax tree, its comments and its list of imports and exports. */
export interface SourceFile extends TreeFile {
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly module: EcmaScriptModule;
  /** Messages of the parser; empty for a file that Node can load. */
  readonly problems: readonly string[];
}

export function parseFile(file: TreeFile): SourceFile {
  const { program, comments, module, errors } = parseSync(file.path, file.text);
  const problems = errors.map(({ message }) => message);
  return { ...file, program, comments, module, problems };
}

/** Line of an offset, counted from 1. */
export function lineAt(file: TreeFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length;
}

/** Visits every node, parents before children. `ancestors` stands from the program down to the direct parent. */
export function walk(
  program: Program,
  visit: (node: Syntax, ancestors: readonly Syntax[]) => void,
): void {
  walkFrom(program as unknown as Syntax, [], visit);
}

function walkFrom(
  node: Syntax,
  ancestors: readonly Syntax[],
  visit: (node: Syntax, ancestors: readonly Syntax[]) => void,
): void {
  visit(node, ancestors);
  const below = [...ancestors, node];
  for (const child of childrenOf(node)) walkFrom(child, below, visit);
}

function childrenOf(node: Syntax): readonly Syntax[] {
  return Object.values(node).flat().filter(isSyntax);
}

function isSyntax(value: unknown): value is Syntax {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}

/** A part of a node that is a node itself, if it has one of that name. */
export function partOf(node: Syntax, name: string): Syntax | undefined {
  const part = node[name];
  return isSyntax(part) ? part : undefined;
}

/** The name of an identifier node. */
export function nameOf(node: Syntax | undefined): string | undefined {
  return node?.type === 'Identifier' && typeof node.name === 'string' ? node.name : undefined;
}

/** The text of a string literal node, or of a template without holes. */
export function stringOf(node: Syntax | undefined): string | undefined {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}
