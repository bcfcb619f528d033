import { readFileSync } from 'node:fs';
import { type ErrorRecord, HostwrightError } from '../model/errors.ts';
import { renderError } from '../report/error-lines.ts';
import { jsonLine } from '../report/json-reporter.ts';
import { parseCommandLine } from './command-line.ts';
import { type Console, renderOptions, type Taste } from './console.ts';
import { errorRecord } from './error-record.ts';
import { exitCodeOfError, exitTable } from './exit-codes.ts';
import { notWritten } from './not-written.ts';
import type { RunReports } from './run-reports.ts';
import type { Request } from './verb.ts';

/** The whole command: arguments and streams in, exit code out. Throws nothing. */
export async function runProgram(args: readonly string[], console: Console): Promise<number> {
  const unwritten = outliveReader(console);
  const taste: Taste = { color: !args.includes('--no-color'), verbose: false };
  const isJson = args.slice(0, wordsOf(args)).includes('--json');
  if (isJson) printOnStderr();
  try {
    const request = parseCommandLine(args, version());
    const code = await answer(request, console);
    await flushed(console.stdout);
    const [problem] = unwritten;
    if (problem !== undefined) throw notWritten('Standard output', problem, mayChange(request));
    return code;
  } catch (thrown) {
    const error = errorRecord(thrown);
    if (isJson) console.stdout.write(jsonLine(failure(error)));
    console.stderr.write(renderError(error, renderOptions(console.stderr, console, taste)));
    return exitCodeOfError(error);
  }
}

async function answer(request: Request, console: Console): Promise<number> {
  // The engine takes a third of a second to load: not for a help text.
  switch (request.is) {
    case 'text':
      (request.isAnswer ? console.stdout : console.stderr).write(request.text);
      return request.isAnswer ? exitTable.ok.code : exitTable.usage.code;
    case 'init':
      return (await import('./init-command.ts')).runInit(
        { ...request, version: version() },
        console,
      );
    case 'hosts':
      return (await import('./host-commands.ts')).runHostVerb(request, console);
    case 'health':
      return (await import('./query-commands.ts')).runHealth(request, console);
    case 'do':
      return (await import('./query-commands.ts')).runDo(request, console);
    case 'doctor':
      return (await import('./doctor-command.ts')).runDoctor(request, console);
    case 'docs':
      return (await import('./docs-command.ts')).runDocs(request, console);
    case 'completion':
      return (await import('./completion-command.ts')).runCompletion(request, console);
    case 'complete':
      return (await import('./completion-command.ts')).runComplete(request.words, console);
    case 'run':
      return runReported(request, console);
  }
}

async function runReported(
  request: Extract<Request, { is: 'run' }>,
  console: Console,
): Promise<number> {
  const { openReports } = await import('./run-reports.ts');
  const reports = openReports(console, request.options);
  try {
    return await runVerb(request, console, reports);
  } catch (thrown) {
    reports.onEvent(failure(errorRecord(thrown)));
    throw thrown;
  } finally {
    reports.finish();
  }
}

async function runVerb(
  request: Extract<Request, { is: 'run' }>,
  console: Console,
  reports: RunReports,
): Promise<number> {
  const [{ commands }, { libraryOf }, { loadPlaybook }, { isPlanFile, readPlanFile }] =
    await Promise.all([
      import('./commands.ts'),
      import('./library.ts'),
      import('./load-playbook.ts'),
      import('./plan-file.ts'),
    ]);
  const { verb, options } = request;
  if (options.playbook !== undefined && !isPlanFile(request.playbook)) {
    throw new HostwrightError('USAGE', {
      problem: '--playbook names the playbook of a saved plan, and this is a playbook.',
      remedy: `Name one of them: \`hostwright apply ${options.playbook}\`.`,
    });
  }
  const saved =
    verb === 'apply' && isPlanFile(request.playbook)
      ? readPlanFile(request.playbook, options.playbook)
      : undefined;
  const path = saved?.playbook ?? request.playbook;
  const playbook = await loadPlaybook(path);
  const library = reports.watch(await libraryOf(path));
  return commands[verb]({
    console,
    options,
    library,
    playbook,
    path,
    saved: saved?.plan,
    resource: request.resource,
  });
}

function failure(error: ErrorRecord) {
  return { v: 1, at: Date.now(), type: 'run.failed', error } as const;
}

/** Where the words of `run` begin, which are options of another command. */
function wordsOf(args: readonly string[]): number {
  const dashes = args.indexOf('--');
  return dashes === -1 ? args.length : dashes;
}

/** What a playbook prints to look at it would make the JSON on standard output unreadable. */
function printOnStderr(): void {
  const { error } = globalThis.console;
  Object.assign(globalThis.console, { log: error, info: error, debug: error, dir: error });
}

/**
 * A run is not broken off because nobody reads on, as behind `| head`, because a disk is full, or because the terminal has
 * gone: what is at work on a host has to come to its end. Returns what could not be written to standard output.
 */
function outliveReader({ stdout, stderr }: Console): readonly NodeJS.ErrnoException[] {
  const problems: NodeJS.ErrnoException[] = [];
  stderr.on('error', () => undefined);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') problems.push(error);
  });
  return problems;
}

/** Until what was written has arrived, or it is known that it cannot: errors of a stream come later than what it was given. */
function flushed(stream: Console['stdout']): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve));
  });
}

function mayChange(request: Request): boolean {
  return request.is === 'do' || ('verb' in request && ['apply', 'run'].includes(request.verb));
}

function version(): string {
  const path = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}
