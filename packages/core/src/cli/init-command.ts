import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HostwrightError, messageOf } from '../model/errors.ts';
import type { InitReport } from '../model/init-report.ts';
import { upTo } from '../report/labels.ts';
import type { Console } from './console.ts';
import { exitTable } from './exit-codes.ts';
import { projectFiles } from './project-files.ts';

interface InitInput {
  readonly folder: string;
  readonly json: boolean;
  /** Of this package: the project asks for the same. */
  readonly version: string;
}

/** Errors: USAGE for a folder that is not empty, where nothing is written, or that cannot be written to. */
export function runInit({ folder: given, json, version }: InitInput, { stdout }: Console): number {
  const folder = given === '' ? '.' : given;
  const root = resolve(folder);
  const files = projectFiles(version);
  try {
    requireEmpty(root, folder);
    for (const [name, text] of files) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  } catch (cause) {
    if (cause instanceof HostwrightError) throw cause;
    const problem = `The project cannot be written: ${messageOf(cause)}.`;
    const remedy = 'Name a folder that may be written to.';
    throw new HostwrightError('USAGE', { problem, remedy, cause });
  }
  const report: InitReport = { version: 1, folder: root, files: [...files.keys()] };
  stdout.write(json ? `${JSON.stringify(report)}\n` : nextSteps(folder, report));
  return exitTable.ok.code;
}

function requireEmpty(root: string, shown: string): void {
  const found = statSync(root, { throwIfNoEntry: false });
  if (found === undefined) return;
  // A folder that only git knows is as good as empty.
  const names = found.isDirectory() ? readdirSync(root).filter((name) => name !== '.git') : [];
  if (found.isDirectory() && names.length === 0) return;
  throw new HostwrightError('USAGE', {
    problem: found.isDirectory()
      ? `The folder ${shown} is not empty: it has ${upTo(names.toSorted(), 3)}.`
      : `${shown} is a file.`,
    remedy: 'Name a folder that is empty, or not there yet.',
  });
}

function nextSteps(folder: string, { files }: InitReport): string {
  const enter = folder === '.' ? '' : `  cd ${shellWord(folder)}\n`;
  return `Written: ${files.join(', ')}\n\nNext:\n${enter}  npm install\n  npx hostwright plan site.ts\n`;
}

/** As a shell has to be given it. */
function shellWord(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./~@%+,:-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
