import type { Command } from 'commander';
import { positive } from './option-values.ts';
import type { HostRequest, VerbEntry } from './verb.ts';

interface HostVerb {
  readonly verb: HostRequest['verb'];
  readonly summary: string;
  readonly more: string;
  /** Lines of a shell, for the foot of the help. */
  readonly examples: string;
  readonly addOptions?: (command: Command) => void;
}

type Found = Partial<HostRequest['options']>;

/** A verb that takes a playbook, for its inventory, and names of hosts and groups. Words behind `--` are a command. */
export function hostVerb({ verb, summary, more, examples, addOptions }: HostVerb): VerbEntry {
  return {
    name: verb,
    add(program, take) {
      const command = program
        .command(verb)
        .summary(summary)
        .description(more)
        .argument('<playbook>', 'TypeScript file whose default export is a playbook')
        .argument('[hosts...]', 'hosts, groups, patterns: web* db&eu !web3 (default: all)')
        .option('--json', 'print one JSON object')
        .option('--no-color', 'never use colours');
      if (verb !== 'inventory') {
        command.option('-f, --forks <count>', 'hosts at work at once (default: 10)', positive);
      }
      addOptions?.(command);
      command.addHelpText('after', `\nExamples:\n${examples}`);
      command.action((playbook: string, words: readonly string[], found: Found) => {
        const { json = false, forks, color = true, shell = false, timeout } = found;
        const options = { json, forks, color, shell, timeout };
        take({ is: 'hosts', verb, playbook, ...namesAndCommand(verb, words), options });
      });
    },
  };
}

/** The last argument of `run` is the command; commander takes `--` away, so that a list of words is one argument or more. */
function namesAndCommand(verb: HostRequest['verb'], words: readonly string[]) {
  if (verb !== 'run') return { hosts: words, command: [] };
  const [selector, ...command] = words;
  return { hosts: selector?.split(',') ?? [], command };
}
