import { hostVerb } from './host-verb.ts';
import { seconds } from './option-values.ts';

export const runVerb = hostVerb({
  verb: 'run',
  summary: 'run a command on hosts once; declares nothing',
  more: 'Runs a command on hosts (names with commas between them, or all), as the user of become, and prints what it said.\nIt is not reconciled: nothing is read before or after, and the next plan knows nothing of it.\nExits with 1 when it exits with another code than 0 somewhere, and with 4 when a host could not be reached.',
  examples: `  hostwright run site.ts all -- uptime
  hostwright run site.ts web,db1 -- systemctl is-active nginx
  hostwright run site.ts web --shell -- 'df -h / | tail -1'
  hostwright run site.ts all --json -- uptime | jq -r '.hosts[].stdout'
`,
  addOptions: (command) =>
    command
      .option('-s, --shell', 'the command is one text that a shell reads')
      .option('-t, --timeout <seconds>', 'limit on each host (default: 600)', seconds),
});
