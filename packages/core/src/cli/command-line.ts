import { Command, CommanderError } from 'commander';
import { HostwrightError } from '../model/errors.ts';
import { suggestion } from '../model/near-names.ts';
import { completeVerb } from './complete-verb.ts';
import { examples, intro } from './help-text.ts';
import { refuseRepeated } from './repeated-options.ts';
import type { Request } from './verb.ts';
import { verbs } from './verbs.ts';

/**
 * Arguments to request.
 * Errors: USAGE, with the usage of the command that was meant.
 */
export function parseCommandLine(args: readonly string[], version: string): Request {
  let request: Request | undefined;
  let text = '';
  const take = (asked: Request) => {
    request = asked;
  };
  const write = (more: string) => {
    text += more;
  };
  const program = buildProgram(version, take, write);
  completeVerb.add(program, take);
  try {
    program.parse([...args], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // Without a command commander prints the help, as if something had gone wrong.
    if (thrown.exitCode !== 0 && args.length > 0) throw usageError(thrown, args);
    return { is: 'text', text: `${text.trimEnd()}\n`, isAnswer: thrown.exitCode === 0 };
  }
  return request ?? { is: 'text', text, isAnswer: false };
}

/** Columns, below which a text beside an option is left to the terminal to break. */
const textWidthMin = 20;

/** Every verb that people type; `take` is called with what is asked for, `write` with texts of help. */
export function buildProgram(
  version: string,
  take: (request: Request) => void,
  write: (text: string) => void,
): Command {
  const program = new Command('hostwright');
  program
    .description(intro)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples)
    // Arguments are in the help of a verb: with them, what it is for would not fit beside it.
    .configureHelp({ subcommandTerm: (command) => command.name(), minWidthToWrap: textWidthMin })
    .configureOutput({ writeOut: write, writeErr: write })
    .exitOverride();
  for (const verb of verbs) verb.add(program, take);
  for (const command of program.commands) refuseRepeated(command);
  return program;
}

function usageError({ message }: CommanderError, args: readonly string[]): HostwrightError {
  const verb = args.find((arg) => verbs.some(({ name }) => name === arg));
  // Of `help plna` commander says only that it prints a help.
  const said = message === '(outputHelp)' ? unknownHelp(args) : message;
  const problem = said.replace(/^error: /, '').replaceAll('\n', ' ');
  const sentence = problem.charAt(0).toUpperCase() + problem.slice(1);
  return new HostwrightError('USAGE', {
    problem: /[.?)]$/.test(sentence) ? sentence : `${sentence}.`,
    remedy: `See \`hostwright ${verb === undefined ? '--help' : `${verb} --help`}\`.`,
  });
}

function unknownHelp([, word = '']: readonly string[]): string {
  const names = verbs.map(({ name }) => name);
  return `There is no command '${word}'. ${suggestion(word, names)}`;
}
