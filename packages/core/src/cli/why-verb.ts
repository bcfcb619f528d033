import { playbookVerb } from './playbook-verb.ts';

export const whyVerb = playbookVerb({
  verb: 'why',
  summary: 'say all that is known of one declaration',
  more: 'Reads every host and shows what would happen to it, what the probe said, what it comes after, what comes after it, and why.',
  examples: `  hostwright why site.ts 'Service[postfix]'       where one host has it
  hostwright why site.ts 'mx1/Service[postfix]'   on this one of many
  hostwright why site.ts mailname                 what has this in its label
`,
  resource: 'LABEL, HOST/LABEL, or a part of one',
});
