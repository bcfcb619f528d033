import { type SourceFile, type Syntax, walk } from '../../scripts/tree/source-file.ts';
import type { TreeFile } from '../../scripts/tree/tree.ts';
import { type Finding, findingAt } from './finding.ts';

/** Words that no name of ours contains, and what stands for them. docs/guide/glossary.md says what each means. */
const nameWords: Readonly<Record<string, string>> = {
  actual: 'observed',
  attributes: 'spec',
  compliant: 'converged',
  concurrency: 'forks',
  context: 'the values it needs, by name',
  ctx: 'the values it needs, by name',
  deferred: 'unknown',
  deleted: 'absent',
  delta: 'field diff',
  depends: 'needs',
  deviation: 'drift',
  dry: 'plan',
  elevate: 'become',
  execute: 'apply, or run',
  existing: 'observed',
  fixture: 'capture',
  grains: 'facts',
  helpers: 'the noun it is about',
  idempotent: 'converged',
  info: 'the noun it is about',
  manager: 'the verb it does',
  manifest: 'playbook',
  metadata: 'facts',
  minion: 'host',
  misc: 'the noun it is about',
  mock: 'capture, or a small real thing',
  modification: 'change',
  noop: 'plan',
  operation: 'declaration',
  parallelism: 'forks',
  params: 'spec',
  patch: 'change',
  perform: 'the verb alone',
  preview: 'plan',
  props: 'spec',
  simulate: 'plan',
  snippet: 'fragment',
  success: 'ok',
  threads: 'forks',
  trigger: 'notify',
  util: 'the noun it is about',
  utils: 'the noun it is about',
  violation: 'drift',
  workers: 'forks',
};

/** Words that say nothing as the name of a file, but may well name a value in a function. */
const fileWords: Readonly<Record<string, string>> = { common: 'the noun it is about' };

/** Wordings that documents and comments do without. */
const proseWords: readonly (readonly [RegExp, string])[] = [
  [/\bdry[- ]runs?\b/gi, 'plan'],
  [/\bcheck mode\b/gi, 'plan'],
  [/\bidempoten(t|ce|cy|tly)\b/gi, 'converged'],
  [/\b(minions?|target (hosts?|machines?|servers?)|managed nodes?)\b/gi, 'host'],
  [/\b(manifests?|cookbooks?)\b/gi, 'playbook'],
  [/\b(blacklist|whitelist)\w*/gi, 'the rule itself'],
  [/\b(simply|obviously|just works|easy to use|seamless(ly)?|powerful)\b/gi, 'nothing'],
];

/** Pages that name the words of others on purpose. */
const isAboutWords = /glossary|compare|coming-from|CHANGELOG|^STYLE\.md$|^test\/tidy\//;

/** Names and files called by a word the glossary replaces. */
export function nameFindings(file: SourceFile): readonly Finding[] {
  const findings: Finding[] = [];
  const report = (name: string, offset: number, words = nameWords) => {
    for (const word of wordsOf(name)) {
      const instead = Object.hasOwn(words, word) ? words[word] : undefined;
      if (instead === undefined) continue;
      findings.push(findingAt(file, offset, `the name ${name}`, `say ${instead}, not ${word}`));
    }
  };
  const base = file.path.slice(file.path.lastIndexOf('/') + 1);
  report(base.replace(/\..*$/, '').replaceAll('-', '_'), 0, { ...nameWords, ...fileWords });
  walk(file.program, (node, ancestors) => {
    const parent = ancestors.at(-1);
    if (node.type === 'Identifier' && parent !== undefined && declares(parent, node)) {
      report(String(node.name), node.start);
    }
  });
  return findings;
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_');
}

function declares(parent: Syntax, node: Syntax): boolean {
  if (Array.isArray(parent.params) && parent.params.includes(node)) return true;
  if (/^TS(Property|Method)Signature$|^(Property|Method)Definition$/.test(parent.type)) {
    return parent.key === node;
  }
  return /Declaration$|^VariableDeclarator$|^Function/.test(parent.type) && parent.id === node;
}

/** Words in a document that the glossary replaces. */
export function proseFindings(file: TreeFile): readonly Finding[] {
  return isAboutWords.test(file.path) ? [] : proseIn(file, file.text, 0);
}

/** The same for the comments of a source file. */
export function commentWordFindings(file: SourceFile): readonly Finding[] {
  if (isAboutWords.test(file.path)) return [];
  return file.comments.flatMap(({ value, start }) => proseIn(file, value, start + 2));
}

function proseIn(file: TreeFile, text: string, offset: number): readonly Finding[] {
  return proseWords.flatMap(([pattern, instead]) =>
    [...text.matchAll(pattern)].map(({ 0: word, index }) =>
      findingAt(file, offset + index, `the word "${word}"`, `say ${instead}`),
    ),
  );
}
