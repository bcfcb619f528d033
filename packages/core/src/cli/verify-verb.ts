import { playbookVerb } from './playbook-verb.ts';

export const verifyVerb = playbookVerb({
  verb: 'verify',
  summary: 'find drift: whatever differs from the playbook',
  more: 'Reads every host and shows what differs. Changes nothing. Exits with 2 when something differs.',
  examples: `  hostwright verify site.ts || echo drift         in a nightly job
  hostwright verify site.ts --tags tls            some declarations
  hostwright verify site.ts --junit drift.xml     for a CI system
`,
});
