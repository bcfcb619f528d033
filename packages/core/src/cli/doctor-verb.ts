import { positive } from './option-values.ts';
import type { VerbEntry } from './verb.ts';

interface Found {
  readonly json?: boolean;
  readonly color?: boolean;
  readonly forks?: number;
}

export const doctorVerb: VerbEntry = {
  name: 'doctor',
  add(program, take) {
    program
      .command('doctor')
      .summary('find what keeps a run from working, and say what to do')
      .description(
        'Looks at this machine: Node, package.json, OpenSSH, agent, keys, known_hosts. With a playbook it also loads that, logs in to each host, and becomes the user that it is to work as. Changes nothing.\nExits with 1 when a run would fail.',
      )
      .argument('[playbook]', 'TypeScript file whose default export is a playbook')
      .argument('[hosts...]', 'hosts, groups, patterns: web* db&eu !web3 (default: all)')
      .option('--json', 'print one JSON object')
      .option('-f, --forks <count>', 'hosts at work at once (default: 10)', positive)
      .option('--no-color', 'never use colours')
      .addHelpText(
        'after',
        `
Examples:
  hostwright doctor                     this machine
  hostwright doctor site.ts             and every host of the inventory
  hostwright doctor site.ts web db1     and these
  hostwright doctor site.ts --json | jq '.findings[] | select(.is == "problem")'
`,
      )
      .action((playbook: string | undefined, hosts: readonly string[], found: Found) => {
        const { json = false, color = true, forks } = found;
        take({ is: 'doctor', playbook, hosts, options: { json, color, forks } });
      });
  },
};
