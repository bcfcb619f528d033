import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RootCommand } from '@bomb.sh/tab';
import connectCommander from '@bomb.sh/tab/commander';
import type { CompletionReport } from '../model/completion-report.ts';
import { buildProgram } from './command-line.ts';
import type { Console } from './console.ts';
import { docsTopics } from './docs-pages.ts';
import { exitTable } from './exit-codes.ts';
import type { CompletionShell } from './verb.ts';
import { verbs } from './verbs.ts';

const verbNames = verbs.map((verb) => verb.name);

const name = 'hostwright';

/** The library adds a verb of its own, which nobody is shown. */
const libraryVerb = 'completion-of-library';

const ignore = () => undefined;

/**
 * The library's script for bash hands the line to eval and the answers to `compgen -W`, and both run what stands in
 * `$( )`: in what was typed, and in names of files. This one passes words and takes words.
 */
const bashScript = `# bash completion for hostwright
_hostwright() {
  local word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    case $word in
      :0) compopt -o default ;;
      :16) compopt -o dirnames ;;
      :*) ;;
      *) COMPREPLY+=("$word") ;;
    esac
  done < <(hostwright complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -F _hostwright hostwright
`;

/** Prints the script that makes a shell ask for completions. */
export function runCompletion(
  { shell, json }: { readonly shell: CompletionShell; readonly json: boolean },
  { stdout }: Console,
): number {
  const script =
    shell === 'bash' ? bashScript : printedBy(() => completions().setup(name, name, shell));
  const report: CompletionReport = { version: 1, shell, script };
  stdout.write(json ? `${JSON.stringify(report)}\n` : script);
  return exitTable.ok.code;
}

/** Answers such a script: what fits at the last word. */
export function runComplete(given: readonly string[], { stdout }: Console): number {
  // bash makes three words of `--html=report.html`.
  const words = given.filter((word) => word !== '=');
  const root = completions(words.at(-1) ?? '');
  const answers = printedBy(() => root.parse([...words]));
  stdout.write(answers.replace(/:\d+\n$/, `:${fallbackFor(words)}\n`));
  return exitTable.ok.code;
}

/** What a shell does where nothing fits, in the numbers that the scripts know: they came with Go's cobra. */
const fallbacks = { files: 0, nothing: 4, folders: 16 } as const;

function fallbackFor([verb, ...words]: readonly string[]): number {
  const command = buildProgram('', ignore, ignore).commands.find((own) => own.name() === verb);
  const word = words.at(-1) ?? '';
  if (command === undefined || word.startsWith('-')) return fallbacks.nothing;
  const optionAt = (index: number) =>
    command.options.find(({ short, long }) => [short, long].includes(words[index] ?? ''));
  const asking = optionAt(words.length - 2);
  if (asking?.required === true) {
    return asking.flags.includes('<file>') ? fallbacks.files : fallbacks.nothing;
  }
  const isFirst = words
    .slice(0, -1)
    .every((own, index) => own.startsWith('-') || optionAt(index - 1)?.required === true);
  const argument = isFirst ? command.registeredArguments[0]?.name() : undefined;
  if (argument === 'playbook') return fallbacks.files;
  return argument === 'folder' ? fallbacks.folders : fallbacks.nothing;
}

/** Everything the command line knows, with the values that only a folder or the documentation can tell. */
function completions(word = ''): RootCommand {
  const program = buildProgram('', ignore, ignore);
  // What stands behind a verb is one line.
  for (const command of program.commands) command.description(command.summary());
  const root = connectCommander(program, { completionCommandName: libraryVerb });
  root.commands.delete(libraryVerb);
  for (const command of root.commands.values()) {
    for (const argument of command.arguments.values()) {
      if (argument.name === 'playbook') argument.handler = offer(() => playbooksNear(word));
      if (argument.name === 'topic') argument.handler = offer(docsTopics);
      if (argument.name === 'command') argument.handler = offer(() => verbNames);
    }
  }
  return root;
}

function offer(values: () => readonly string[]) {
  return (complete: (value: string, description: string) => void) => {
    for (const value of values()) complete(value, '');
  };
}

const isSkipped = /^(\.|node_modules$)/;

/** Of other names a shell might make more than a word. */
const isPlaybook = /^[\w./@+-]+(?<!\.d|\.test)\.m?ts$/;

/** TypeScript files in the folder that the word names, and one folder below. */
function playbooksNear(word: string): readonly string[] {
  const folder = word.endsWith('/') ? word : dirname(word);
  const shown = (path: string) => (word.startsWith('./') ? `./${path}` : path);
  const entries = entriesOf(folder);
  const below = entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      entriesOf(join(folder, entry.name)).map((found) => ({
        path: join(folder, entry.name, found.name),
        isFile: found.isFile(),
      })),
    );
  const here = entries.map((entry) => ({ path: join(folder, entry.name), isFile: entry.isFile() }));
  return [...here, ...below]
    .filter(({ path, isFile }) => isFile && isPlaybook.test(path))
    .map(({ path }) => shown(path));
}

function entriesOf(folder: string) {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => !isSkipped.test(entry.name));
  } catch {
    return []; // What cannot be read completes to nothing.
  }
}

/** The library prints by `console.log` and returns nothing. */
function printedBy(work: () => void): string {
  const { log } = globalThis.console;
  const lines: string[] = [];
  globalThis.console.log = (text: string) => {
    lines.push(`${text}\n`);
  };
  try {
    work();
  } finally {
    globalThis.console.log = log;
  }
  return lines.join('');
}
