import { playbookVerb } from './playbook-verb.ts';
import { addRemovalsOption } from './removals-verb-option.ts';

export const applyVerb = playbookVerb({
  verb: 'apply',
  summary: 'bring the hosts to what the playbook declares',
  more: 'Shows the plan, asks, makes the changes, and reads every host again: what still differs is a failure.\nWithout a terminal it needs --yes.\nA plan that `plan --out` saved is applied without asking, and refused when it is no longer true.',
  argument: 'TypeScript file whose default export is a playbook, or a saved plan (.json)',
  addOptions: (command) =>
    addRemovalsOption(
      command
        .option('-y, --yes', 'do not ask before changes are made')
        .option('--playbook <file>', 'playbook of a saved plan (default: the one that it names)'),
    ),
});
