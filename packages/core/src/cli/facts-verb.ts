import { playbookVerb } from './playbook-verb.ts';

export const factsVerb = playbookVerb({
  verb: 'facts',
  summary: 'print what is true of each host',
  more: 'Prints system, addresses, memory and more of every host of the inventory, as plays see them.',
  examples: `  hostwright facts site.ts                        every host
  hostwright facts site.ts --limit db             the group db
  hostwright facts site.ts --json | jq 'select(.facts) | [.host, .facts.os]'
`,
});
