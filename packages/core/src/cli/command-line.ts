import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { HostwrightError } from '../model/errors.ts';
import type { Verb } from '../model/event.ts';
import type { GraphFormat } from '../report/graph-text.ts';
import type { RemovalsMax } from '../run/options.ts';
import { exitTable } from './exit-codes.ts';
import { addFleetOptions, type FleetOptions, fleetOptions } from './fleet-options.ts';
import { parseRemovals } from './removals-option.ts';

export interface CommandOptions extends FleetOptions {
  /** Events as JSON lines on standard output. */
  readonly json: boolean;
  readonly forks: number | undefined;
  /** false: never colours. */
  readonly color: boolean;
  readonly verbose: boolean;
  /** `apply` does not ask. */
  readonly yes: boolean;
  /** `plan` saves the plan here. */
  readonly out?: string | undefined;
  /** `apply` of a saved plan takes this playbook. */
  readonly playbook?: string | undefined;
  readonly removalsMax?: RemovalsMax | undefined;
  /** Of `graph`. */
  readonly format?: GraphFormat | undefined;
}

/** What a command line asks for. */
export type Request =
  | {
      readonly is: 'run';
      readonly verb: Verb;
      readonly playbook: string;
      /** What `why` asks for. */
      readonly resource?: string | undefined;
      readonly options: CommandOptions;
    }
  /** Help or version, which was asked for, or the help because nothing was. */
  | { readonly is: 'text'; readonly text: string; readonly isAnswer: boolean };

const intro = `Turns hosts into the state that a typed playbook declares, over SSH.`;

const examples = `
Examples:
  hostwright facts mail.ts                what is true of each host
  hostwright plan mail.ts                 what would change, field by field; changes nothing
  hostwright apply mail.ts                shows the plan, asks, applies, reads everything again
  hostwright apply mail.ts --yes -v       does not ask, shows what the steps print
  hostwright plan mail.ts --out plan.json && hostwright apply plan.json
  hostwright verify mail.ts || echo drift
  hostwright why mail.ts 'Service[postfix]'
  hostwright plan mail.ts --json | jq -c 'select(.type == "plan.ready").plan.steps[]'

A playbook, mail.ts:
  import { inventory, play, playbook } from '@hostwright/core';
  import { Package, Service } from '@hostwright/modules';

  const hosts = inventory({
    hosts: { mx1: { address: '192.0.2.10', user: 'deploy', become: true, groups: ['mail'] } },
  });

  export default playbook({
    inventory: hosts,
    plays: [
      play({ hosts: 'mail', resources: () => [
        Package({ name: 'postfix' }),
        Service({ name: 'postfix', enabled: true, running: true }),
      ] }),
    ],
  });

Exit codes:
${Object.values(exitTable)
  .map(({ code, meaning }) => `  ${String(code).padEnd(5)}${meaning}`)
  .join('\n')}

Results go to standard output, progress and errors to standard error.
NO_COLOR, FORCE_COLOR and TERM=dumb are honoured.
`;

const verbs: Readonly<Record<Verb, { readonly summary: string; readonly more: string }>> = {
  plan: {
    summary: 'show what apply would do; changes nothing',
    more: 'Reads every host and shows what would change, field by field, and what comes after what.\nExits with 2 when something would change.\nWith --out it saves the plan, for `apply` to do that and nothing else.',
  },
  apply: {
    summary: 'bring the hosts to what the playbook declares',
    more: 'Shows the plan, asks, makes the changes, and reads every host again: what still differs is a failure.\nWithout a terminal it needs --yes.\nA plan that `plan --out` saved is applied without asking, and refused when it is no longer true.',
  },
  verify: {
    summary: 'find drift: whatever differs from the playbook',
    more: 'Reads every host and shows what differs. Changes nothing. Exits with 2 when something differs.',
  },
  facts: {
    summary: 'print what is true of each host',
    more: 'Prints system, addresses, memory and more of every host of the inventory, as plays see them.',
  },
  graph: {
    summary: 'draw what comes after what, and why',
    more: 'Prints the graph of all declarations as text for Mermaid, Graphviz or programs. Reads the facts of the hosts, and nothing else.',
  },
  why: {
    summary: 'say all that is known of one declaration',
    more: 'Reads every host and shows what would happen to it, what the probe said, what it comes after, what comes after it, and why.',
  },
};

/**
 * Arguments to request. The only place that knows commander.
 * Errors: USAGE, with the usage of the command that was meant.
 */
export function parseCommandLine(args: readonly string[], version: string): Request {
  let request: Request | undefined;
  let text = '';
  const program = new Command('hostwright');
  const write = (more: string) => {
    text += more;
  };
  program
    .description(intro)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', examples)
    .configureOutput({ writeOut: write, writeErr: write })
    .exitOverride();
  for (const verb of Object.keys(verbs) as Verb[]) {
    addVerb(program, verb, (playbook, resource, options) => {
      request = { is: 'run', verb, playbook, resource, options };
    });
  }
  try {
    program.parse([...args], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // Without a command commander prints the help, as if something had gone wrong.
    if (thrown.exitCode !== 0 && args.length > 0) throw usageError(thrown, args);
    return { is: 'text', text, isAnswer: thrown.exitCode === 0 };
  }
  return request ?? { is: 'text', text, isAnswer: false };
}

/** As commander names them, after their flags. */
type FoundOptions = Partial<CommandOptions> & { readonly maxRemovals?: RemovalsMax };

type Take = (playbook: string, resource: string | undefined, options: CommandOptions) => void;

function addVerb(program: Command, verb: Verb, take: Take): void {
  const { summary, more } = verbs[verb];
  const command = program
    .command(verb)
    .summary(summary)
    .description(more)
    .argument('<playbook>', argumentOf(verb))
    .option('--json', 'print every event as a line of JSON')
    .option('-f, --forks <count>', 'hosts at work at once (default: 10)', positive)
    .option('-v, --verbose', 'show everything: what steps print, whole lists, whole diffs')
    .option('--no-color', 'never use colours');
  addOwnOptions(command, verb);
  addFleetOptions(command, verb);
  if (verb === 'why') command.argument('<resource>', 'LABEL, HOST/LABEL, or a part of one');
  command.action((playbook: string, ...rest: readonly unknown[]) => {
    const [resource, found] = (verb === 'why' ? rest : [undefined, ...rest]) as [
      string | undefined,
      FoundOptions,
    ];
    const { json = false, forks, color = true, verbose = false, yes = false } = found;
    const { out, playbook: other, maxRemovals: removalsMax, format } = found;
    const own = { out, playbook: other, removalsMax, format };
    take(playbook, resource, { json, forks, color, verbose, yes, ...own, ...fleetOptions(found) });
  });
}

function argumentOf(verb: Verb): string {
  const file = 'TypeScript file whose default export is a playbook';
  return verb === 'apply' ? `${file}, or a saved plan (.json)` : file;
}

function addOwnOptions(command: Command, verb: Verb): void {
  if (verb === 'apply') {
    command
      .option('-y, --yes', 'do not ask before changes are made')
      .option('--playbook <file>', 'playbook of a saved plan (default: the one that it names)');
  }
  if (verb === 'plan') command.option('--out <file>', 'save the plan, for `apply`');
  if (verb === 'graph') {
    const format = new Option('--format <name>', 'form of the text (default: mermaid)');
    command.addOption(format.choices(['mermaid', 'dot', 'json']));
  }
  if (verb !== 'plan' && verb !== 'apply') return;
  const removals = new Option('--max-removals <limit>', 'refuse to remove more: 5, 20%, or 5,20%');
  command.addOption(removals.argParser(parseRemovals));
}

const forksMax = 1000;

function positive(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= forksMax) return count;
  throw new InvalidArgumentError(`A whole number from 1 to ${forksMax} is expected.`);
}

function usageError({ message }: CommanderError, args: readonly string[]): HostwrightError {
  const verb = args.find((arg) => arg in verbs);
  const problem = message.replace(/^error: /, '').replaceAll('\n', ' ');
  const sentence = problem.charAt(0).toUpperCase() + problem.slice(1);
  return new HostwrightError('USAGE', {
    problem: /[.?)]$/.test(sentence) ? sentence : `${sentence}.`,
    remedy: `See \`hostwright ${verb === undefined ? '--help' : `${verb} --help`}\`.`,
  });
}
