import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from '../model/source.ts';

/** Deep enough for a role that calls roles; V8's default of 10 is not. */
const stackFramesMax = 60;

/** `…/packages` in the repository, `…/node_modules/@hostwright` when installed. */
const ownPackages = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))) + sep;

/** A file by path or URL, behind `at ` or `(`; Node's own frames have `node:` there. */
const framePattern = /(?:^at |^at async |\()((?:file:\/\/)?\/[^()]*?):(\d+):\d+\)?$/;

/**
 * The line of the user's own code that led here: the innermost stack frame outside of Hostwright, of other installed
 * packages and of Node. File names are relative to the working directory, as a terminal shows them.
 */
export function callSite(): Source | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackFramesMax;
  const stack = new Error('call site').stack ?? '';
  Error.stackTraceLimit = limit;
  for (const frame of stack.split('\n').slice(1)) {
    const match = framePattern.exec(frame.trim());
    if (match?.[1] === undefined) continue;
    const file = match[1].startsWith('file:') ? fileURLToPath(match[1]) : match[1];
    if (isUsersFile(file)) return { file: relative(process.cwd(), file), line: Number(match[2]) };
  }
  return undefined;
}

function isUsersFile(file: string): boolean {
  if (file.includes(`${sep}node_modules${sep}`)) return false;
  return !file.startsWith(ownPackages) || /\.(test|lab)\.ts$/.test(file);
}
