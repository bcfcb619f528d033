import {
  lineAt,
  nameOf,
  partOf,
  type SourceFile,
  type Syntax,
  walk,
} from '../../scripts/tree/source-file.ts';
import { type Finding, findingAt, findingOn } from './finding.ts';
import { isTest } from './sources.ts';

interface Ban {
  readonly rule: string;
  readonly remedy: string;
  isBroken(node: Syntax, file: SourceFile, parent: Syntax | undefined): boolean;
}

const bans: readonly Ban[] = [
  {
    rule: 'any',
    remedy: 'use unknown and narrow it',
    isBroken: ({ type }) => type === 'TSAnyKeyword',
  },
  {
    rule: 'a non-null !',
    remedy: 'handle undefined where it comes from',
    isBroken: ({ type }) => type === 'TSNonNullExpression',
  },
  {
    rule: 'an enum',
    remedy: 'use a union of string literals; Node strips types and runs no enum',
    isBroken: ({ type }) => type === 'TSEnumDeclaration',
  },
  {
    rule: 'a namespace',
    remedy: 'use a file',
    isBroken: ({ type }, { path }) => type === 'TSModuleDeclaration' && !path.endsWith('.d.ts'),
  },
  {
    rule: 'a parameter property',
    remedy: 'declare the field and assign it',
    isBroken: ({ type }) => type === 'TSParameterProperty',
  },
  {
    rule: 'a default export',
    remedy: 'export it by its name; only playbooks export by default',
    isBroken: ({ type }, { path }) =>
      type === 'ExportDefaultDeclaration' && !path.startsWith('examples/'),
  },
  {
    rule: 'a bare throw new Error',
    remedy: 'throw a HostwrightError with a code of model/error-table.ts',
    isBroken: (node, { path }) =>
      isLibrary(path) &&
      node.type === 'ThrowStatement' &&
      nameOf(partOf(partOf(node, 'argument') ?? node, 'callee')) === 'Error',
  },
  {
    rule: 'let at the top level',
    remedy: 'pass the state as an argument; modules hold none',
    isBroken: (node, { path }, parent) =>
      !isTest(path) &&
      node.type === 'VariableDeclaration' &&
      node.kind !== 'const' &&
      isTopLevel(parent),
  },
  {
    rule: 'console',
    remedy: 'emit an event; only cli/ prints',
    isBroken: (node, { path }) =>
      isLibrary(path) && node.type === 'MemberExpression' && isNamed(node, 'console'),
  },
  {
    rule: 'process.exit or process.env',
    remedy:
      'take it as an argument; only cli/, transport/ and the sources of secrets meet the environment',
    isBroken: (node, { path }) =>
      isLibrary(path) &&
      !/\/transport\/|\/secret-sources\.ts$/.test(path) &&
      node.type === 'MemberExpression' &&
      isNamed(node, 'process') &&
      /^(exit|env)$/.test(nameOf(partOf(node, 'property')) ?? ''),
  },
];

/** What runs in a user's process; the test kit and the command line do not. */
function isLibrary(path: string): boolean {
  return path.startsWith('packages/') && !isTest(path) && !/\/src\/(cli|testing)\//.test(path);
}

function isNamed(node: Syntax, name: string): boolean {
  return nameOf(partOf(node, 'object')) === name;
}

function isTopLevel(parent: Syntax | undefined): boolean {
  return parent?.type === 'Program' || parent?.type === 'ExportNamedDeclaration';
}

/** Syntax and names that this house does without. */
export function banFindings(file: SourceFile): readonly Finding[] {
  const findings = file.problems.map((problem) =>
    findingOn(file.path, 1, `does not parse: ${problem}`, 'write what Node can strip'),
  );
  walk(file.program, (node, ancestors) => {
    for (const { isBroken, rule, remedy } of bans) {
      if (isBroken(node, file, ancestors.at(-1))) {
        findings.push(findingAt(file, node.start, rule, remedy));
      }
    }
  });
  return findings;
}

/** Methods that change the collection they are called on. */
const mutators = /^(set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill)$/;

/** Collections at the top level of a module that something in it changes: state that outlives its caller. */
export function stateFindings(file: SourceFile): readonly Finding[] {
  if (isTest(file.path)) return [];
  const names = new Set(file.program.body.flatMap((node) => constNames(node as unknown as Syntax)));
  const findings: Finding[] = [];
  walk(file.program, (node) => {
    const changed = changedName(node);
    if (changed === undefined || !names.has(changed)) return;
    const remedy = 'make it where it is used and pass it on; modules hold no state';
    findings.push(findingAt(file, node.start, `changes ${changed} of the module`, remedy));
  });
  return findings;
}

function constNames(node: Syntax): readonly string[] {
  const declaration = node.type === 'VariableDeclaration' ? node : partOf(node, 'declaration');
  if (declaration?.type !== 'VariableDeclaration') return [];
  const declarators = declaration.declarations as readonly Syntax[];
  return declarators.flatMap((declarator) => nameOf(partOf(declarator, 'id')) ?? []);
}

function changedName(node: Syntax): string | undefined {
  const left = node.type === 'AssignmentExpression' ? partOf(node, 'left') : undefined;
  if (left?.type === 'MemberExpression') return nameOf(partOf(left, 'object'));
  const callee = node.type === 'CallExpression' ? partOf(node, 'callee') : undefined;
  if (callee?.type !== 'MemberExpression') return undefined;
  const method = nameOf(partOf(callee, 'property')) ?? '';
  return mutators.test(method) ? nameOf(partOf(callee, 'object')) : undefined;
}

/** Marks of unfinished work, and comments that switch a check off without saying why. */
export function commentFindings(file: SourceFile): readonly Finding[] {
  return file.comments.flatMap(({ value, start }) => {
    const line = lineAt(file, start);
    if (/\b(TODO|FIXME|XXX|HACK)\b/.test(value)) {
      return [findingOn(file.path, line, 'an open end', 'finish it, or write an issue')];
    }
    if (/@ts-(ignore|nocheck)/.test(value)) {
      return [findingOn(file.path, line, 'types switched off', 'give it the type it has')];
    }
    if (/@ts-expect-error\s*$/.test(value.trim())) {
      return [findingOn(file.path, line, 'an unexplained @ts-expect-error', 'say what is refused')];
    }
    return [];
  });
}
