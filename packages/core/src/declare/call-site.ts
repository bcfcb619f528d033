import { dirname, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Source } from '../model/source.ts';

/** Enough for a declaration in a playbook, then deep enough for a role that calls roles: to write a frame down costs time. */
const stackFrames = [5, 60];

/** `…/packages` in the repository, `…/node_modules/@hostwright` when installed; as a path and as an URL. */
const ownPackages = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))) + sep;
const ownPackagesUrl = pathToFileURL(ownPackages).href;

/** A file by path or URL, behind `at ` or `(`; Node's own frames have `node:` there. */
const framePattern = /(?:^ *at |^ *at async |\()((?:file:\/\/)?\/[^()]*?):(\d+):\d+\)?$/;

/**
 * The line of the user's own code that led here: the innermost stack frame outside of Hostwright, of other installed
 * packages and of Node. File names are relative to the working directory, as a terminal shows them.
 */
export function callSite(): Source | undefined {
  for (const frames of stackFrames) {
    const found = userFrame(stackOf(frames));
    if (found !== undefined) return found;
  }
  return undefined;
}

function stackOf(frames: number): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = frames;
  const stack = new Error('call site').stack ?? '';
  Error.stackTraceLimit = limit;
  return stack;
}

function userFrame(stack: string): Source | undefined {
  for (const frame of stack.split('\n').slice(1)) {
    const [, place, line] = framePattern.exec(frame) ?? [];
    if (place === undefined || !isUsersFile(place)) continue;
    return { file: shownPath(place), line: Number(line) };
  }
  return undefined;
}

/** Spelled out for what is usual, as a plan of many hosts has many declarations. */
function shownPath(place: string): string {
  const isPlain = place.startsWith('file:///') && !place.includes('%');
  const path = isPlain ? place.slice('file://'.length) : pathOf(place);
  const here = process.cwd() + sep;
  return path.startsWith(here) ? path.slice(here.length) : relative(here, path);
}

function pathOf(place: string): string {
  return place.startsWith('file:') ? fileURLToPath(place) : place;
}

/** A file by its path or URL. */
function isUsersFile(place: string): boolean {
  if (place.includes('/node_modules/')) return false;
  const isOwn = place.startsWith(ownPackages) || place.startsWith(ownPackagesUrl);
  return !isOwn || /\.(test|lab)\.ts$/.test(place);
}
