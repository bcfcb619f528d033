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
        .option('--no-color', 'never use colours');
      addOptions?.(command);
      command.action((playbook: string, found: Partial<CommandOptions>) => {
        const { json = false, forks, color = true, verbose = false, yes = false } = found;
        take({ is: 'run', verb, playbook, options: { json, forks, color, verbose, yes } });
      });
    },
  };
}
