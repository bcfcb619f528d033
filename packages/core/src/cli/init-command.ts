import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HostwrightError, messageOf } from '../model/errors.ts';
import type { InitReport } from '../model/init-report.ts';
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
export function runInit({ folder, json, version }: InitInput, { stdout }: Console): number {
  const root = resolve(folder);
  // A folder that only git knows is as good as empty.
  const found = existsSync(root) ? readdirSync(root).filter((name) => name !== '.git') : [];
  if (found.length > 0) {
    throw new HostwrightError('USAGE', {
      problem: `The folder ${folder} is not empty: it has ${found.slice(0, 3).join(', ')}.`,
      remedy: 'Name a folder that is empty, or not there yet.',
    });
  }
  const files = projectFiles(version);
  try {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
  } catch (cause) {
    const problem = `The project cannot be written: ${messageOf(cause)}.`;
    const remedy = 'Name a folder that may be written to.';
    throw new HostwrightError('USAGE', { problem, remedy, cause });
  }
  const report: InitReport = { version: 1, folder: root, files: [...files.keys()] };
  stdout.write(json ? `${JSON.stringify(report)}\n` : nextSteps(folder, report));
  return exitTable.ok.code;
}

function nextSteps(folder: string, { files }: InitReport): string {
  const enter = folder === '.' ? '' : `  cd ${folder}\n`;
  return `Written: ${files.join(', ')}\n\nNext:\n${enter}  npm install\n  npx hostwright plan site.ts\n`;
}
