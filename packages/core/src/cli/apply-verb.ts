import { playbookVerb } from './playbook-verb.ts';
import { addRemovalsOption } from './removals-verb-option.ts';

export const applyVerb = playbookVerb({
  verb: 'apply',
  summary: 'bring the hosts to what the playbook declares',
  more: 'Shows the plan, asks, makes the changes, and reads every host again: what still differs is a failure.\nWithout a terminal it needs --yes.\nA plan that `plan --out` saved is applied without asking, and refused when it is no longer true.',
  examples: `  hostwright apply site.ts                        shows the plan and asks
  hostwright apply site.ts --yes -v               does not ask, shows more
  hostwright apply plan.json                      a plan that was saved
  hostwright apply site.ts --serial 1,10%,50%     batch after batch
  hostwright apply site.ts --yes --report run.json || \\
    hostwright apply site.ts --limit @run.json
`,
  argument: 'TypeScript file whose default export is a playbook, or a saved plan (.json)',
  addOptions: (command) =>
    addRemovalsOption(
      command
        .option('-y, --yes', 'do not ask before changes are made')
        .option('--playbook <file>', 'playbook of a saved plan (default: the one that it names)'),
    ),
});
