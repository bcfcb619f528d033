import type { Command } from 'commander';
import type { Verb } from '../model/event.ts';
import { positive } from './option-values.ts';
import type { CommandOptions, VerbEntry } from './verb.ts';

interface PlaybookVerb {
  readonly verb: Verb;
  readonly summary: string;
  readonly more: string;
  /** Options of this verb alone. */
  readonly addOptions?: (command: Command) => void;
}

/** A verb that takes a playbook and the options that all of these share. */
export function playbookVerb({ verb, summary, more, addOptions }: PlaybookVerb): VerbEntry {
  return {
    name: verb,
    add(program, take) {
      const command = program
        .command(verb)
        .summary(summary)
        .description(more)
        .argument('<playbook>', 'TypeScript file whose default export is a playbook')
        .option('--json', 'print every event as a line of JSON')
        .option('-f, --forks <count>', 'hosts at work at once (default: 10)', positive)
        .option('-v, --verbose', 'show everything: what steps print, whole lists, whole diffs')
        .option('--no-color', 'never use colours')
        .option('--html <file>', 'write a report of the run as an HTML page')
        .option('--junit <file>', 'write a report of the run as JUnit XML')
        .option(
          '--github',
          'annotations and a step summary (default: where GITHUB_ACTIONS is true)',
        )
        .option('--no-github', 'neither of them');
      addOptions?.(command);
      command.action((playbook: string, found: Partial<CommandOptions>) => {
        const { json = false, color = true, verbose = false, yes = false } = found;
        const { forks, html, junit, github } = found;
        const options = { json, forks, color, verbose, yes, html, junit, github };
        take({ is: 'run', verb, playbook, options });
      });
    },
  };
}
