import type { Command } from 'commander';
import type { Verb } from '../model/event.ts';
import type { RemovalsMax } from '../run/options.ts';
import { addFleetOptions, fleetOptions } from './fleet-options.ts';
import { positive } from './option-values.ts';
import type { CommandOptions, VerbEntry } from './verb.ts';

interface PlaybookVerb {
  readonly verb: Verb;
  readonly summary: string;
  readonly more: string;
  /** Lines of a shell, for the foot of the help. */
  readonly examples: string;
  /** Options of this verb alone. */
  readonly addOptions?: (command: Command) => void;
  /** What the first argument is; a playbook when left out. */
  readonly argument?: string;
  /** What the second argument is, where there is one. */
  readonly resource?: string;
}

const file = 'TypeScript file whose default export is a playbook';

/** As commander names them, after their flags. */
type FoundOptions = Partial<CommandOptions> & { readonly maxRemovals?: RemovalsMax };

/** A verb that takes a playbook and the options that all of these share. */
export function playbookVerb({
  verb,
  summary,
  more,
  examples,
  addOptions,
  argument = file,
  resource,
}: PlaybookVerb): VerbEntry {
  return {
    name: verb,
    add(program, take) {
      const command = program
        .command(verb)
        .summary(summary)
        .description(more)
        .argument('<playbook>', argument)
        .option('--json', 'print every event as a line of JSON')
        .option('-f, --forks <count>', 'hosts at work at once (default: 10)', positive)
        .option('-v, --verbose', 'show everything: what steps print, whole lists, whole diffs')
        .option('--no-color', 'never use colours');
      if (verb !== 'graph' && verb !== 'why') {
        command
          .option('--html <file>', 'write a report of the run as an HTML page')
          .option('--junit <file>', 'write a report of the run as JUnit XML')
          .option('--journal <file>', 'append every event to a file as it happens')
          .option(
            '--github',
            'annotations and a step summary (default: where GITHUB_ACTIONS is true)',
          )
          .option('--no-github', 'neither of them');
      }
      addOptions?.(command);
      addFleetOptions(command, verb);
      if (resource !== undefined) command.argument('<resource>', resource);
      command.addHelpText('after', `\nExamples:\n${examples}`);
      command.action((playbook: string, ...rest: readonly unknown[]) => {
        const [wanted, found] = (resource === undefined ? [undefined, ...rest] : rest) as [
          string | undefined,
          FoundOptions,
        ];
        const { json = false, color = true, verbose = false, yes = false, forks } = found;
        const { html, junit, journal, github, out, playbook: other, maxRemovals, format } = found;
        const own = { out, playbook: other, removalsMax: maxRemovals, format };
        const reports = { html, junit, journal, github };
        const options = {
          ...{ json, forks, color, verbose, yes },
          ...reports,
          ...own,
          ...fleetOptions(found),
        };
        take({ is: 'run', verb, playbook, resource: wanted, options });
      });
    },
  };
}
