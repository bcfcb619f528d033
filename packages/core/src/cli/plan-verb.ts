import { playbookVerb } from './playbook-verb.ts';
import { addRemovalsOption } from './removals-verb-option.ts';

export const planVerb = playbookVerb({
  verb: 'plan',
  summary: 'show what apply would do; changes nothing',
  more: 'Reads every host and shows what would change, field by field, and what comes after what.\nExits with 2 when something would change.\nWith --out it saves the plan, for `apply` to do that and nothing else.',
  examples: `  hostwright plan site.ts                         every host, field by field
  hostwright plan site.ts --limit 'web*,!web3'    some hosts
  hostwright plan site.ts --out plan.json         to be applied later
  hostwright plan site.ts --html report.html      as a page to look at
`,
  addOptions: (command) =>
    addRemovalsOption(command.option('--out <file>', 'save the plan, for `apply`')),
});
