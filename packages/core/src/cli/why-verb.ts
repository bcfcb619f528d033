import { playbookVerb } from './playbook-verb.ts';

export const whyVerb = playbookVerb({
  verb: 'why',
  summary: 'say all that is known of one declaration',
  more: 'Reads every host and shows what would happen to it, what the probe said, what it comes after, what comes after it, and why.',
  resource: 'LABEL, HOST/LABEL, or a part of one',
});
