import { hostVerb } from './host-verb.ts';

export const pingVerb = hostVerb({
  verb: 'ping',
  summary: 'connect, log in, become, and time one round trip',
  more: 'Whether hosts can be reached and worked on as the user of become. Changes nothing.\nExits with 4 when one of them cannot.',
  examples: `  hostwright ping site.ts                 every host
  hostwright ping site.ts web db1         the group web, and db1
  hostwright ping site.ts --json | jq -r '.hosts[] | select(.error) | .host'
`,
});
