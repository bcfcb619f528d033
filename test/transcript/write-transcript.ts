import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { bootLab } from '../lab/boot-lab.ts';
import { newcomerHome } from '../lab/example-run.ts';

/**
 * Follows the README from a clone to a host that is planned and changed, and writes down what was seen. The host is one of the
 * lab, the clone one of this repository as it is committed, both under the names that the README gives them; nothing is
 * installed yet, and no cache is warm. Usage: npm run transcript
 */
const repository = join(import.meta.dirname, '../..');
const page = join(repository, 'docs/guide/five-minutes.md');

const url = 'https://github.com/hostwright/hostwright.git';
const shownAddress = '203.0.113.10';
const site = `WEB_ADDRESS=${shownAddress} npm run hostwright --`;
const commands = [
  `git clone --quiet ${url}`,
  'cd hostwright',
  `${site} plan examples/web-host/site.ts`,
  `${site} apply --yes examples/web-host/site.ts`,
  `${site} plan examples/web-host/site.ts`,
];
/** The command after which a host is planned. */
const planned = 2;

/** Exit codes of plans with and without changes, and of everything else that went well. */
const goodCodes = [0, 2];

interface Step {
  readonly command: string;
  readonly output: string;
  readonly seconds: number;
}

await using lab = await bootLab({
  hosts: [{ name: 'web1', release: 'debian-12' }],
  name: 'transcript',
});
const home = newcomerHome(lab);
try {
  const steps: Step[] = [];
  for (const command of commands) {
    process.stderr.write(`$ ${command}\n`);
    const folder = steps.some((step) => step.command.startsWith('cd ')) ? 'hostwright' : '.';
    steps.push(await take(command, join(home, folder)));
  }
  writeFileSync(page, pageText(steps));
} finally {
  rmSync(home, { recursive: true });
}

async function take(command: string, cwd: string): Promise<Step> {
  const startedAt = performance.now();
  const { code, output } = await run(
    command.replaceAll(shownAddress, lab.host('web1').address),
    cwd,
  );
  const seconds = (performance.now() - startedAt) / 1000;
  if (!goodCodes.includes(code)) throw new Error(`${command} ended with ${code}:\n${output}`);
  return { command, output: neutral(output), seconds };
}

function run(
  command: string,
  cwd: string,
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn('bash', ['-c', `${command} 2>&1`], {
    cwd,
    env: {
      ...process.env,
      HOME: home,
      LANG: 'C.UTF-8',
      COLUMNS: '100',
      // Where npm packages come from is this machine's business.
      npm_config_userconfig: join(homedir(), '.npmrc'),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.${repository}.insteadOf`,
      GIT_CONFIG_VALUE_0: url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code: code ?? -1, output: Buffer.concat(said).toString('utf8') }),
    );
  });
}

/** Another address and another home, and nothing else. */
function neutral(output: string): string {
  return output.replaceAll(lab.host('web1').address, shownAddress).replaceAll(home, '~');
}

function pageText(steps: readonly Step[]): string {
  const until = steps.slice(0, planned + 1).reduce((sum, { seconds }) => sum + seconds, 0);
  const text = steps
    .map(({ command, output, seconds }) => `$ ${command}\n${output}# ${seconds.toFixed(1)} s\n`)
    .join('\n');
  return `# From a clone to a host

What somebody sees who follows the README: a machine with git and Node, and a bare Debian host that lets their key in. Written by
\`npm run transcript\`, which does it for real with a host of the lab; only address and home were renamed. The first command of
Hostwright brings a package manager and the locked dependencies, so that later ones start at once. From the clone to the plan it
took ${until.toFixed(0)} seconds, on two cores.

\`\`\`text
${text}\`\`\`

Next: a playbook of your own, in [Start](start.md).
`;
}
