import { playbookVerb } from './playbook-verb.ts';

export const factsVerb = playbookVerb({
  verb: 'facts',
  summary: 'print what is true of each host',
  more: 'Prints system, addresses, memory and more of every host of the inventory, as plays see them.',
});
