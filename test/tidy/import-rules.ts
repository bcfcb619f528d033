import { posix } from 'node:path';
import { partOf, type SourceFile, stringOf, walk } from '../../scripts/tree/source-file.ts';
import { type Finding, findingAt } from './finding.ts';
import { isTest } from './sources.ts';

/** Folders of core, and what each may import beside itself. A folder that is not here may not exist. */
const coreFolders: Readonly<Record<string, readonly string[]>> = {
  model: [],
  shell: ['model'],
  diff: ['model'],
  declare: ['model'],
  schedule: ['model'],
  transport: ['model', 'shell'],
  compile: ['model'],
  probe: ['model', 'shell'],
  plan: ['model', 'diff'],
  apply: ['model', 'shell', 'diff'],
  verify: ['model', 'diff'],
  report: ['model'],
  run: [
    ...['model', 'shell', 'diff', 'declare', 'schedule', 'transport'],
    ...['compile', 'probe', 'plan', 'apply', 'verify'],
  ],
  cli: ['model', 'report', 'run'],
  testing: ['model', 'shell', 'diff', 'declare', 'compile', 'transport', 'run'],
};

/** What the one door of core shows. */
const doorFolders = ['model', 'shell', 'declare', 'run', 'report', 'transport', 'compile'];

/** Packages, top down, and which of ours each may import. */
const packageImports: Readonly<Record<string, readonly string[]>> = {
  core: [],
  modules: ['core'],
  playbooks: ['core', 'modules'],
  inventories: ['core'],
};

/** Where each library is wrapped: a path of packages/ that may import it. */
const libraryHomes: Readonly<Record<string, RegExp>> = {
  'node-ssh': /^core\/src\/(transport|testing)\//,
  ssh2: /^core\/src\/(transport|testing)\//,
  'ssh-config': /^core\/src\/transport\/ssh-config\.ts$/,
  'age-encryption': /^core\/src\/declare\/secret-age\.ts$/,
  'ansible-vault': /^core\/src\/declare\/secret-vault\.ts$/,
  'p-queue': /^core\/src\/schedule\//,
  ajv: /^core\/src\/compile\/validate\.ts$/,
  handlebars: /^core\/src\/compile\/template\.ts$/,
  diff: /^core\/src\/report\//,
  'log-update': /^core\/src\/report\//,
  'string-width': /^core\/src\/report\//,
  '@bomb.sh/tab': /^core\/src\/cli\/completion-command\.ts$/,
  marked: /^core\/src\/report\/markdown-lines\.ts$/,
  commander: /^core\/src\/cli\//,
  typebox: /^(core\/src\/(model|declare|testing)|modules\/src|playbooks\/src)\//,
  yaml: /^inventories\/src\/ansible\/read-yaml\.ts$/,
  'dns-packet': /^modules\/src\/dns\//,
  '@aws-sdk/client-route-53': /^modules\/src\/dns\/route53\.ts$/,
  'playwright-core': /\.process\.test\.ts$/,
  'fast-check': /\.test\.ts$/,
  '@jest/globals': /^core\/src\/testing\/|\.test\.ts$/,
};

/** Stages that compute: the same values in give the same value out, at any time, on any machine. */
const pureFolders = /^packages\/core\/src\/(compile|plan|diff|verify)\/(?!.*\.test\.ts$)/;

interface Import {
  readonly from: string;
  readonly offset: number;
}

/** Every module that a file names: imports, re-exports, dynamic imports of a literal. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = file.module.staticImports.map(({ moduleRequest, start }) => ({
    from: moduleRequest.value,
    offset: start,
  }));
  for (const { entries, start } of file.module.staticExports) {
    const from = entries[0]?.moduleRequest?.value;
    if (from !== undefined) found.push({ from, offset: start });
  }
  walk(file.program, (node) => {
    if (node.type !== 'ImportExpression') return;
    const from = stringOf(partOf(node, 'source'));
    if (from !== undefined) found.push({ from, offset: node.start });
  });
  return found;
}

/** The path a relative import leads to, from the repository's top folder. */
export function targetOf(file: SourceFile, from: string): string | undefined {
  return from.startsWith('.') ? posix.join(posix.dirname(file.path), from) : undefined;
}

/** Imports that point the wrong way. */
export function importFindings(file: SourceFile): readonly Finding[] {
  return importsOf(file).flatMap(({ from, offset }) => {
    const problem = file.path.startsWith('packages/')
      ? packageProblem(file, from)
      : outsideProblem(file, from);
    return problem === undefined ? [] : [findingAt(file, offset, problem.rule, problem.remedy)];
  });
}

interface Problem {
  readonly rule: string;
  readonly remedy: string;
}

function packageProblem(file: SourceFile, from: string): Problem | undefined {
  const target = targetOf(file, from);
  const [, name = ''] = file.path.split('/');
  if (target === undefined) return bareProblem(file, name, from);
  if (!target.startsWith(`packages/${name}/`)) {
    return {
      rule: `imports ${target} of another package by its path`,
      remedy: 'import @hostwright/core or @hostwright/modules; each package has one door',
    };
  }
  if (!target.endsWith('.ts')) {
    return { rule: `imports ${from}`, remedy: 'name the file, with .ts at its end' };
  }
  if (isTest(file.path)) return undefined;
  return isTest(target) ? testProblem(target) : folderProblem(file.path, target);
}

function testProblem(target: string): Problem {
  return { rule: `imports the test ${target}`, remedy: 'move what both need to a file of its own' };
}

function folderProblem(path: string, target: string): Problem | undefined {
  const [, name, , folder = '', ...rest] = path.split('/');
  if (name !== 'core') return undefined;
  const targetFolder = target.split('/')[3] ?? '';
  const isDoor = rest.length === 0;
  if (!isDoor && targetFolder === folder) return undefined;
  const allowed = isDoor ? doorFolders : coreFolders[folder];
  if (allowed === undefined) {
    return {
      rule: `stands in core/src/${folder}, which no rule knows`,
      remedy: 'use a folder that exists, or say in test/tidy/import-rules.ts what it may import',
    };
  }
  if (allowed.includes(targetFolder)) return undefined;
  return {
    rule: `${isDoor ? 'the door' : folder} imports ${targetFolder} (${target})`,
    remedy: `${isDoor ? 'it' : folder} may import ${allowed.join(', ') || 'nothing else'}; move the shared part down`,
  };
}

function bareProblem(file: SourceFile, name: string, from: string): Problem | undefined {
  if (from.startsWith('node:')) return pureProblem(file, from);
  if (from.startsWith('@hostwright/')) return doorProblem(file, name, from);
  const library = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0];
  const home = libraryHomes[library ?? ''];
  if (home === undefined) {
    return {
      rule: `imports the library ${from}, which has no home`,
      remedy: 'wrap it in one place and add that place to test/tidy/import-rules.ts',
    };
  }
  if (home.test(file.path.slice('packages/'.length)) || isTest(file.path)) return undefined;
  return {
    rule: `imports ${from}`,
    remedy: `only ${home.source} may; call what wraps it there`,
  };
}

function pureProblem(file: SourceFile, from: string): Problem | undefined {
  if (!pureFolders.test(file.path)) return undefined;
  return { rule: `imports ${from} in a pure stage`, remedy: 'take the value as an argument' };
}

function doorProblem(file: SourceFile, name: string, from: string): Problem | undefined {
  if (from === '@hostwright/core/testing') {
    if (isTest(file.path)) return undefined;
    return { rule: 'imports the test kit', remedy: 'only *.test.ts and test/ may use it' };
  }
  const wanted = from.slice('@hostwright/'.length);
  if (packageImports[name]?.includes(wanted)) return undefined;
  return {
    rule: `${name} imports ${from}`,
    remedy: 'playbooks import modules and core, modules import core, core imports neither',
  };
}

/** Examples import packages by name; tests and scripts may also reach into a package's files. */
function outsideProblem(file: SourceFile, from: string): Problem | undefined {
  const target = targetOf(file, from);
  if (target === undefined || file.path.startsWith('test/')) return undefined;
  if (file.path.startsWith('examples/') && !target.startsWith('examples/')) {
    return {
      rule: `imports ${target}`,
      remedy: 'an example imports packages by name, as users do',
    };
  }
  if (target.startsWith('test/') && !target.startsWith('test/lab/')) {
    return { rule: `imports ${target}`, remedy: 'scripts use packages and test/lab only' };
  }
  return undefined;
}

/** Names whose value depends on time, place or chance. */
const impureNames = new Set(['Date', 'process', 'performance', 'crypto', 'fetch', 'setTimeout']);

/** Uses of time, environment, chance or waiting in a stage that computes. */
export function purityFindings(file: SourceFile): readonly Finding[] {
  if (!pureFolders.test(file.path)) return [];
  const findings: Finding[] = [];
  walk(file.program, (node, ancestors) => {
    const parent = ancestors.at(-1);
    const isProperty = parent?.type === 'MemberExpression' && parent.computed === false;
    const isName = node.type === 'Identifier' && !(isProperty && parent.property === node);
    const used =
      isName && impureNames.has(String(node.name))
        ? String(node.name)
        : node.async === true || node.type === 'AwaitExpression'
          ? 'async'
          : undefined;
    if (used === undefined) return;
    const remedy = 'take the value as an argument, or do it in probe, apply or run';
    findings.push(findingAt(file, node.start, `uses ${used} in a pure stage`, remedy));
  });
  return findings;
}
