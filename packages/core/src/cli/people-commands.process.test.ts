import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// Real processes; the shells are the machine's own, where it has them.

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const core = new URL('../index.ts', import.meta.url).href;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-people-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, '.ssh'), { mode: 0o700 });
  symlinkSync(process.execPath, join(folder, 'bin/node'));
  writeFileSync(join(folder, 'bin/hostwright'), `#!/bin/sh\nexec node '${main}' "$@"\n`);
  chmodSync(join(folder, 'bin/hostwright'), 0o755);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'site.ts'),
    `import { inventory, playbook, secret } from '${core}';
export default playbook({ plays: [], inventory: inventory({ hosts: {
  here: { connection: 'local' },
  gone: { address: '127.0.0.1', ssh: { port: 1, agent: null, password: secret('x') } },
} }) });
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const env = () => ({
  ...process.env,
  HOME: folder,
  NODE_OPTIONS: '',
  SSH_AUTH_SOCK: '',
  PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
});

function start(command: string, args: readonly string[], input = '') {
  const options = { cwd: folder, env: env(), encoding: 'utf8', timeout: 60_000, input } as const;
  const { status, stdout, stderr } = spawnSync(command, [...args], options);
  return { status, stdout, stderr };
}

const run = (...args: string[]) => start(process.execPath, [main, ...args]);

test('doctor names what is wrong on this machine and on each host, and what to do', () => {
  const { status, stdout } = run('doctor', 'site.ts', '--json');
  const report = JSON.parse(stdout);
  expect([status, report.version, report.isHealthy]).toEqual([1, 1, false]);
  expect(report.findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ about: 'node', is: 'ok' }),
      expect.objectContaining({ about: 'playbook', is: 'ok' }),
      expect.objectContaining({
        about: 'host',
        host: 'here',
        text: expect.stringMatching(/^Works as/),
      }),
      expect.objectContaining({
        ...{ about: 'host', host: 'gone', is: 'problem' },
        remedy: expect.stringContaining('[TRANSPORT_UNREACHABLE]'),
      }),
    ]),
  );
  const shown = run('doctor');
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  expect(shown.stdout).toContain('! known_hosts  There is no ~/.ssh/known_hosts');
  expect(run('doctor', 'nowhere.ts').stdout).toContain('✘ playbook');
});

test('docs shows pages and error codes', () => {
  expect(run('docs').stdout).toContain('  UfwRule');
  const { status, stdout } = run('docs', 'TRANSPORT_AUTH_FAILED');
  expect([status, stdout]).toEqual([0, expect.stringContaining('The host refused the login.')]);
  expect(JSON.parse(run('docs', 'Package', '--json').stdout).page).toMatchObject({
    topic: 'Package',
    markdown: expect.stringContaining('# Package'),
  });
  expect(run('docs', 'pakage')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('Package'),
  });
});

test('completion for programs is what a shell is given', () => {
  expect(JSON.parse(run('completion', 'bash', '--json').stdout)).toMatchObject({
    ...{ version: 1, shell: 'bash' },
    script: run('completion', 'bash').stdout,
  });
});

const hasShell = (shell: string) => spawnSync(shell, ['--version']).error === undefined;
const shellTest = (shell: string) => (hasShell(shell) ? test : test.skip);

shellTest('bash')('completion in bash', () => {
  writeFileSync(join(folder, '$(touch pwned).ts'), '');
  const script = `. <(hostwright completion bash)
complete -p hostwright >/dev/null || exit
answer() { COMP_WORDS=(hostwright "$@"); COMP_CWORD=$#; _hostwright; printf '%s ' "\${COMPREPLY[@]}"; }
answer ver; answer plan ''; answer plan '$(touch pwned)'; answer graph --format d`;
  expect(start('bash', ['-c', script])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^verify site\.ts +dot $/),
  });
  const files = `. <(hostwright completion bash); compopt() { echo "$@"; }
answer() { COMP_WORDS=(hostwright "$@"); COMP_CWORD=$#; _hostwright; }
answer plan --html ''; answer init ''; answer plan --forks ''`;
  expect(start('bash', ['-c', files]).stdout).toBe('-o default\n-o dirnames\n');
  expect(existsSync(join(folder, 'pwned'))).toBe(false);
});

shellTest('fish')('completion in fish', () => {
  const script = `hostwright completion fish | source; complete -C 'hostwright plan si'`;
  expect(start('fish', ['-N', '-c', script]).stdout).toContain('site.ts');
});

shellTest('zsh')('completion in zsh', () => {
  // zsh completes on a terminal only: its own module zpty gives it one.
  const script = `zmodload zsh/zpty
zpty -b shell zsh -f -i
zpty -w shell 'PS1="ready> "; autoload -Uz compinit; compinit -u -D; source <(hostwright completion zsh); bindkey "^I" complete-word; PS1="set> "'
expect() { local seen= part= n=0; while (( n++ < 300 )); do zpty -r -t shell part && seen+=$part; [[ $seen == *$1* ]] && { print -r -- "$seen"; return }; sleep 0.1; done; print -r -- "missing $1 in: $seen"; exit 1 }
expect 'set> ' >/dev/null
zpty -w -n shell $'hostwright verif\\t'
expect 'verify'
zpty -d shell`;
  expect(start('zsh', ['-f', '-c', script])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('verify'),
  });
});
