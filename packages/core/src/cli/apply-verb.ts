import { playbookVerb } from './playbook-verb.ts';

export const applyVerb = playbookVerb({
  verb: 'apply',
  summary: 'bring the hosts to what the playbook declares',
  more: 'Shows the plan, asks, makes the changes, and reads every host again: what still differs is a failure.\nWithout a terminal it needs --yes.',
  addOptions: (command) => command.option('-y, --yes', 'do not ask before changes are made'),
});
