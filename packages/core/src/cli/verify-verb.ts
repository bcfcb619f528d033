import { playbookVerb } from './playbook-verb.ts';

export const verifyVerb = playbookVerb({
  verb: 'verify',
  summary: 'find drift: whatever differs from the playbook',
  more: 'Reads every host and shows what differs. Changes nothing. Exits with 2 when something differs.',
});
