import { existsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { HostwrightError } from '../model/errors.ts';
import type { Source } from '../model/source.ts';

/** What went wrong while Node loaded a playbook, said so that its author knows what to do. */
export function loadError(thrown: unknown, playbook: string): HostwrightError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = 'code' in error ? error.code : undefined;
  const name = shownPath(playbook);
  if (!isCode(playbook)) return noCode(name, thrown);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts\b/.test(error.message)) {
    const problem = `Node ${process.versions.node} cannot load ${name}.`;
    return new HostwrightError('NODE_TOO_OLD', { problem, cause: thrown });
  }
  if (code === 'ERR_MODULE_NOT_FOUND') return missingImport(error, playbook);
  if (error instanceof SyntaxError) return syntaxError(error, playbook);
  const { source, detail } = placeIn(thrown);
  const facts = { cause: thrown, source, detail };
  // Node's own errors, as about a package.json that it cannot read, are thrown at no line of the playbook.
  const isThrown = source !== undefined || !(thrown instanceof Error);
  const said = thrown instanceof Error ? `${error.name}: ${error.message}` : String(thrown);
  const who = source === undefined ? `The playbook ${name}` : 'The playbook';
  const problem = isThrown ? `${who} threw ${said}` : `${name} cannot be loaded: ${said}`;
  // Without a line there is no detail that could show one.
  const usual = detail === '' ? 'Correct what it says, and run again.' : undefined;
  const remedy =
    code === 'ERR_IMPORT_ATTRIBUTE_MISSING'
      ? "Say what is imported: `import data from './data.json' with { type: 'json' }`."
      : usual;
  return new HostwrightError('PLAYBOOK_NOT_LOADED', { ...facts, problem, remedy });
}

interface Place {
  /** The line of the playbook, or of a library where no line of the playbook is there. */
  readonly source: Source | undefined;
  /** The frames of the playbook. */
  readonly detail: string;
}

/** Where something was thrown. */
export function placeIn(thrown: unknown): Place {
  const detail = thrown instanceof Error ? usersFrames(thrown) : '';
  return { source: firstFrame(detail) ?? firstFrame(libraryFrames(thrown)), detail };
}

const missingPattern = /^Cannot find (package|module) '([^']+)' imported from ([^\n]+)/;

function missingImport(error: Error, playbook: string): HostwrightError {
  const [, what, wanted = '', importer = playbook] = missingPattern.exec(error.message) ?? [];
  const problem = `${shownPath(importer)} imports ${what === 'module' ? shownPath(wanted) : wanted}, which is not there.`;
  const remedy =
    what === 'package'
      ? `Install it: \`npm install ${wanted}\` in the folder of the playbook.`
      : importRemedy(wanted);
  return new HostwrightError('PLAYBOOK_NOT_LOADED', { problem, remedy, cause: error });
}

/** Node wants the name of the file as it is, where bundlers are content with less. */
function importRemedy(wanted: string): string {
  const stem = wanted.replace(/\.[cm]?js$/, '');
  const found = [`${stem}.ts`, `${stem}.mts`, `${stem}/index.ts`].find((path) => existsSync(path));
  if (found === undefined) return 'Correct the path, or write the file.';
  return `Name the file in the import as it is: ${shownPath(found)}.`;
}

function syntaxError(error: SyntaxError, playbook: string): HostwrightError {
  const { file = playbook, line, excerpt } = excerptOf(error.stack ?? '');
  const said = /[.?!]$/.test(error.message) ? error.message : `${error.message}.`;
  const facts = {
    problem: line === undefined ? `${shownPath(file)}: ${said}` : said,
    source: line === undefined ? undefined : { file: shownPath(file), line },
    detail: excerpt,
    cause: error,
  };
  const code = 'code' in error ? error.code : undefined;
  const remedy = syntaxRemedy(error.message, code, file);
  return new HostwrightError('PLAYBOOK_NOT_LOADED', { ...facts, remedy });
}

function syntaxRemedy(message: string, code: unknown, file: string): string | undefined {
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return 'Node takes the types away and translates nothing: write a const object for an enum, fields for parameter properties, a module for a namespace.';
  }
  if (/import statement outside|Unexpected token 'export'/.test(message)) return moduleRemedy(file);
  return undefined;
}

/** For a folder whose package.json says `"type": "commonjs"`, as `npm init` writes it. */
export function moduleRemedy(file: string): string {
  const folder = shownPath(dirname(file));
  return `Write "type": "module" into package.json (\`npm pkg set type=module\` in ${folder === '' ? '.' : folder}), or name the playbook *.mts.`;
}

interface Excerpt {
  readonly file?: string;
  readonly line?: number;
  /** The lines of code that Node shows. */
  readonly excerpt?: string;
}

/** Node puts place and code before the stack of a syntax error: `file:///…/mail.ts:2`, lines of code, an empty line. */
function excerptOf(stack: string): Excerpt {
  const match = /^((?:file:\/\/)?\/.+):(\d+)\n([\s\S]*?)\n(?:\n|SyntaxError)/.exec(stack);
  if (match?.[1] === undefined) return {};
  return { file: asPath(match[1]), line: Number(match[2]), excerpt: match[3] ?? '' };
}

const framePattern = /\(?((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/;

function firstFrame(stack: string): Source | undefined {
  const match = stack.split('\n').flatMap((line) => framePattern.exec(line) ?? []);
  const [, file, line] = match;
  return file === undefined ? undefined : { file: shownPath(asPath(file)), line: Number(line) };
}

/** As a stack writes it: a space in a path is `%20` there. */
const ownFolder = pathToFileURL(dirname(import.meta.dirname)).href;

/** The stack without the frames of Node, of libraries and of this command, which say nothing about the playbook. */
function usersFrames(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((frame) => framePattern.test(frame));
  return frames
    .filter((frame) => frame.includes('file://') && !frame.includes('/node_modules/'))
    .filter((frame) => !frame.includes(`${ownFolder}/`))
    .map((frame) => frame.trim())
    .join('\n');
}

/** Where a library is at fault, the place in it: frames of files that are neither Node's nor this command's. */
function libraryFrames(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((frame) => !/\(?node:/.test(frame) && !frame.includes(`${ownFolder}/`))
    .join('\n');
}

function isCode(playbook: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(playbook);
}

function noCode(name: string, cause: unknown): HostwrightError {
  const problem = `${name} is no TypeScript file.`;
  const remedy = name.endsWith('.json')
    ? 'Name the playbook. A plan that was saved is for `hostwright apply`.'
    : 'Name the TypeScript file whose default export is the playbook; a saved plan ends in .json.';
  return new HostwrightError('PLAYBOOK_NOT_LOADED', { problem, remedy, cause });
}

function asPath(place: string): string {
  return place.startsWith('file:') ? fileURLToPath(place) : place;
}

/** Relative to the working directory, where that is shorter. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('../../') ? path : fromHere;
}
