import { hostVerb } from './host-verb.ts';

export const inventoryVerb = hostVerb({
  verb: 'inventory',
  summary: 'print hosts, groups and effective settings',
  more: 'Prints how each host is reached, its groups and its variables, with defaults filled in. Connects to nothing.\nSecrets are not shown.',
  examples: `  hostwright inventory site.ts
  hostwright inventory site.ts web --json | jq '.hosts[].vars'
`,
});
