import { Option } from 'commander';
import { playbookVerb } from './playbook-verb.ts';

export const graphVerb = playbookVerb({
  verb: 'graph',
  summary: 'draw what comes after what, and why',
  more: 'Prints the graph of all declarations as text for Mermaid, Graphviz or programs. Reads the facts of the hosts, and nothing else.',
  examples: `  hostwright graph site.ts                        for Mermaid, as GitHub has it
  hostwright graph site.ts --format dot | dot -Tsvg -o site.svg
`,
  addOptions: (command) => {
    const format = new Option('--format <name>', 'form of the text (default: mermaid)');
    command.addOption(format.choices(['mermaid', 'dot', 'json']));
  },
});
