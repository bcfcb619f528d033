import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../../scripts/tree/source-file.ts';
import { root } from '../../scripts/tree/tree.ts';
import { type Finding, findingAt, findingOn } from './finding.ts';
import { importsOf, targetOf } from './import-rules.ts';

/** Files that nobody imports because something outside of TypeScript starts them. */
function isEntry(path: string, started: ReadonlySet<string>): boolean {
  return (
    /^packages\/[^/]+\/src\/(testing\/)?index\.ts$|\.(test|lab|long)\.ts$|\.d\.ts$/.test(path) ||
    /^(examples\/|scripts\/[^/]+\.ts$)/.test(path) ||
    started.has(path)
  );
}

/** Every .ts path that package.json files, workflows and .mjs scripts name: those are started by name. */
export function startedPaths(texts: readonly { path: string; text: string }[]): Set<string> {
  return new Set(
    texts.flatMap(({ path, text }) =>
      [...text.matchAll(/(?:\.{1,2}\/)?(?:[\w.-]+\/)*[\w.-]+\.ts\b/g)].flatMap(({ 0: name }) => {
        const beside = join(path, '..', name);
        return [name.replace(/^\.\//, ''), beside].filter((file) => existsSync(join(root, file)));
      }),
    ),
  );
}

/** Files that no entry leads to. A file of a package that only its own test imports is one of them. */
export function unreachedFindings(
  files: readonly SourceFile[],
  started: ReadonlySet<string>,
): readonly Finding[] {
  const entries = files.filter(({ path }) => isEntry(path, started));
  const beside = entries.filter(({ path }) => isPackageTest(path));
  const reached = reachedFrom(
    files,
    entries.filter((file) => !beside.includes(file)),
  );
  const byTests = [...reachedFrom(files, beside)].filter(servesTests);
  const alive = new Set([...reached, ...byTests]);
  return files
    .filter(({ path }) => !alive.has(path) && !isEntry(path, started))
    .map(({ path }) =>
      findingOn(path, 1, 'is reached from no entry', 'import it where it is needed, or delete it'),
    );
}

function isPackageTest(path: string): boolean {
  return path.startsWith('packages/') && path.endsWith('.test.ts');
}

/** Fakes and the test kit: there for tests and for nothing else. */
function servesTests(path: string): boolean {
  return path.startsWith('test/') || path.includes('/testing/');
}

function reachedFrom(
  files: readonly SourceFile[],
  entries: readonly SourceFile[],
): ReadonlySet<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const open = [...entries];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file.path)) continue;
    reached.add(file.path);
    for (const path of pathsNamedBy(file)) open.push(...[byPath.get(path) ?? []].flat());
  }
  return reached;
}

/** What a file imports, and what it starts by `new URL('./x.ts', import.meta.url)`. */
function pathsNamedBy(file: SourceFile): readonly string[] {
  const imported = importsOf(file).map(({ from }) => from);
  const urls = [...file.text.matchAll(/new URL\('([^':]+\.ts)', import\.meta/g)];
  const started = urls.flatMap(({ 1: name = '' }) => (name.startsWith('.') ? name : `./${name}`));
  return [...imported, ...started].flatMap((from) => targetOf(file, from) ?? []);
}

/**
 * Values that no other file imports. What a package's door or a test imports is used. Types are left out: one that
 * stands in the signature of an exported function belongs to it.
 */
export function unusedExportFindings(
  files: readonly SourceFile[],
  started: ReadonlySet<string>,
): readonly Finding[] {
  const used = usedNames(files);
  return files.flatMap((file) => {
    if (isEntry(file.path, started)) return [];
    const names = used.get(file.path) ?? new Set();
    if (names.has('*')) return [];
    return exportsOf(file)
      .filter(({ name }) => !names.has(name))
      .map(({ name, offset }) =>
        findingAt(file, offset, `${name} is exported and nobody imports it`, 'drop the export'),
      );
  });
}

function exportsOf(file: SourceFile): readonly { name: string; offset: number }[] {
  return file.module.staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ exportName, moduleRequest, isType }) =>
      exportName.name === null || moduleRequest !== null || isType
        ? []
        : [{ name: exportName.name, offset: start }],
    ),
  );
}

/** By file: the names that others take from it; `*` for all. */
function usedNames(files: readonly SourceFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const used = new Map<string, Set<string>>();
  for (const file of files) {
    for (const [from, name] of namesTaken(file)) {
      const target = targetOf(file, from);
      if (target === undefined) continue;
      used.set(target, (used.get(target) ?? new Set()).add(name));
    }
  }
  return used;
}

function namesTaken(file: SourceFile): readonly (readonly [from: string, name: string])[] {
  const taken: (readonly [string, string])[] = [];
  for (const { moduleRequest, entries } of file.module.staticImports) {
    for (const { importName } of entries) taken.push([moduleRequest.value, importName.name ?? '*']);
  }
  for (const { entries } of file.module.staticExports) {
    for (const { moduleRequest, importName } of entries) {
      if (moduleRequest !== null) taken.push([moduleRequest.value, importName.name ?? '*']);
    }
  }
  const listed = new Set(taken.map(([from]) => from));
  for (const { from } of importsOf(file)) if (!listed.has(from)) taken.push([from, '*']);
  return taken;
}

/** Names a package's `exports` must offer as files, from its package.json. */
export function doorFindings(path: string): readonly Finding[] {
  const { exports } = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
    exports?: Readonly<Record<string, string>>;
  };
  return (
    Object.entries(exports ?? {})
      // Of a pattern, what stands before the star has to be there.
      .filter(([, target]) => !existsSync(join(root, path, '..', target.replace(/\*.*$/, ''))))
      .map(([name, target]) =>
        findingOn(path, 1, `exports ${name} as ${target}`, 'write that file, or drop the entry'),
      )
  );
}
