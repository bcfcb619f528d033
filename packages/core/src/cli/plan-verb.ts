import { playbookVerb } from './playbook-verb.ts';

export const planVerb = playbookVerb({
  verb: 'plan',
  summary: 'show what apply would do; changes nothing',
  more: 'Reads every host and shows what would change, field by field, and what comes after what.\nExits with 2 when something would change.',
});
