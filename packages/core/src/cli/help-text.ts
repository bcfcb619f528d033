import { wrapToWidth } from '../report/display-width.ts';
import { exitTable } from './exit-codes.ts';

/** Of a terminal as it comes, less the seven in front of a meaning. */
const meaningWidth = 80 - 7;

const inColumn = (text: string) => wrapToWidth(text, meaningWidth).join(`\n${' '.repeat(7)}`);

export const intro = `Turns hosts into the state that a typed playbook declares, over SSH.`;

export const examples = `
Examples:
  hostwright facts mail.ts                what is true of each host
  hostwright plan mail.ts                 what would change; changes nothing
  hostwright apply mail.ts                shows the plan, asks, applies, proves
  hostwright apply mail.ts --yes -v       does not ask, shows what steps print
  hostwright plan mail.ts --out plan.json && hostwright apply plan.json
  hostwright verify mail.ts || echo drift
  hostwright why mail.ts 'Service[postfix]'
  hostwright ping mail.ts                 who answers, as whom, how fast
  hostwright run mail.ts mail -- mailq    a command, once; declares nothing
  hostwright plan mail.ts --json | jq 'select(.type == "plan.ready").plan.steps'

A playbook, mail.ts:
  import { inventory, play, playbook } from '@hostwright/core';
  import { Package, Service } from '@hostwright/modules';

  const hosts = inventory({
    defaults: { user: 'deploy', become: true },
    hosts: { mx1: { address: '192.0.2.10', groups: ['mail'] } },
  });

  export default playbook({
    inventory: hosts,
    plays: [
      play({ hosts: 'mail', resources: () => [
        Package({ name: 'postfix' }),
        Service({ name: 'postfix', enabled: true, running: true }),
      ] }),
    ],
  });

Exit codes:
${Object.values(exitTable)
  .map(({ code, meaning }) => `  ${String(code).padEnd(5)}${inColumn(meaning)}`)
  .join('\n')}

Results go to standard output, progress and errors to standard error.
NO_COLOR, FORCE_COLOR and TERM=dumb are honoured.
`;
