import { addTasteOptions, type FoundTaste, requestOptions } from './query-options.ts';
import type { VerbEntry } from './verb.ts';

export const healthVerb: VerbEntry = {
  name: 'health',
  add(program, take) {
    const command = program
      .command('health')
      .summary('ask services how they are: indicators, verdicts, a chart')
      .description(
        'Reads the indicators of what the playbook declares, such as MailHealth. Changes nothing.\nExits with 2 when one of them is bad.',
      )
      .argument('<playbook>', 'TypeScript file whose default export is a playbook');
    addTasteOptions(command);
    command
      .addHelpText(
        'after',
        `
Examples:
  hostwright health site.ts               every host that has indicators
  hostwright health site.ts --limit mx1
  hostwright health site.ts --json | jq '.hosts[].checks[].indicators[]'
`,
      )
      .action((playbook: string, found: FoundTaste) => {
        take({ is: 'health', playbook, options: requestOptions(found) });
      });
  },
};
