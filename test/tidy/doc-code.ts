import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/tree/tree.ts';
import type { Fence } from './doc-rules.ts';
import { type Finding, findingOn } from './finding.ts';

const run = promisify(execFile);

/** Limit for one checker; the compiler takes about a second, and a type that never ends must not outlive its test. */
const checkerTimeoutMs = 50_000;

/** What one run of a checker printed; a checker that finds something exits with another code than 0. */
async function printed(command: string, args: readonly string[], input?: string): Promise<string> {
  const options = {
    cwd: root,
    maxBuffer: 1 << 24,
    timeout: checkerTimeoutMs,
    killSignal: 'SIGKILL',
  } as const;
  const running = run(command, [...args], options);
  if (input !== undefined) running.child.stdin?.end(input);
  return running.then(
    () => '',
    (failure: { stdout?: string; stderr?: string; killed?: boolean }) =>
      failure.killed === true
        ? `error: ${command} did not end within ${checkerTimeoutMs} ms`
        : `${failure.stdout ?? ''}${failure.stderr ?? ''}` || `error: ${String(failure)}`,
  );
}

/** Type errors in the TypeScript blocks of documents, each a module of its own. One compiler run for all. */
export async function typeFindings(fences: readonly Fence[]): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hostwright-docs-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    linkLibraries(join(folder, 'node_modules'));
    const names = fences.map((_fence, index) => `block-${index}.ts`);
    for (const [index, fence] of fences.entries()) {
      writeFileSync(join(folder, names[index] ?? ''), `${fence.code}\nexport {};\n`);
    }
    const project = { ...compilerSettings(), files: names };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const output = await printed(process.execPath, [compiler, '-p', folder, '--pretty', 'false']);
    return output.split('\n').flatMap((line) => typeFinding(line, fences));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a user's playbook and a user's own resource type may import. */
function linkLibraries(folder: string): void {
  mkdirSync(folder);
  symlinkSync(join(root, 'test/node_modules/@hostwright'), join(folder, '@hostwright'));
  symlinkSync(join(root, 'packages/modules/node_modules/typebox'), join(folder, 'typebox'));
}

function compilerSettings() {
  return {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      declaration: false,
      sourceMap: false,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [join(root, 'node_modules/@types')],
    },
  };
}

/** One line of the compiler as a finding; lines about files of the packages are another test's concern. */
function typeFinding(line: string, fences: readonly Fence[]): readonly Finding[] {
  const match = /block-(\d+)\.ts\((\d+),\d+\): error (.*)$/.exec(line);
  if (match === null) return /^error\b/.test(line) ? [line] : [];
  const fence = fences[Number(match[1])];
  if (fence === undefined) return [line];
  const place = fence.line + Number(match[2]) - 1;
  return [findingOn(fence.path, place, `does not compile: ${match[3]}`, 'correct the code')];
}

/** Shell blocks that a POSIX shell cannot read. */
export async function shellFindings(fences: readonly Fence[]): Promise<readonly Finding[]> {
  const findings = fences.map(async (fence) => {
    const output = await printed('sh', ['-n'], fence.code);
    const [first] = output.split('\n');
    return output === ''
      ? []
      : [findingOn(fence.path, fence.line, `is no shell: ${first}`, 'correct the code')];
  });
  return (await Promise.all(findings)).flat();
}

/** JSON blocks that are none. */
export function jsonFindings(fences: readonly Fence[]): readonly Finding[] {
  return fences.flatMap(({ code, path, line }) => {
    try {
      JSON.parse(code);
      return [];
    } catch {
      return [findingOn(path, line, 'is no JSON', 'correct the code')];
    }
  });
}
