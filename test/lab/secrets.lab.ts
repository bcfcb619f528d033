import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  apply,
  type BecomeSettings,
  inventory,
  plan,
  play,
  playbook,
  quote,
  type RunEvent,
  reveal,
  secret,
  secretFromAge,
  secretFromAnsibleVault,
} from '@hostwright/core';
import { Command, Directory, File, Template } from '@hostwright/modules';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { labHostInput } from './lab-inventory.ts';
import { adminPassword } from './lab-users.ts';
import { useLab } from './use-lab.ts';

const lab = useLab([{ name: 'thirteen', release: 'debian-13' }]);
const name = 'thirteen';
const folder = mkdtempSync(join(tmpdir(), 'hostwright-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const content = `Kanarie 'one' "1" & 4711`;
const multiLine = 'FIRST-LINE-OF-CANARY\nsecond-line-of-canary\n';
const rootPassword = `Kanarie of root's "pass" 0815`;
/** Every piece of one, and of the password of the lab's own admin. */
const traces = ['Kanarie', 'CANARY', '-canary', 'S2FuYXJpZ', '"lab" $HOME', '4b616e61726965'];

/** Reads words and environment of all processes, over and over, until its mark is gone. */
const sampler = `touch /root/sampling
cat >/root/sample.sh <<'END'
while [ -e /root/sampling ]; do
  for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do
    { tr '\\0' ' ' <$file && echo; } 2>/dev/null
  done
done >/root/sampled
END
setsid sh /root/sample.sh </dev/null >/dev/null 2>&1 &`;

beforeAll(async () => {
  writeFileSync(join(lab.host(name).rootPath, 'root/password'), `root:${rootPassword}\n`);
  await onHost('chpasswd </root/password; rm /root/password');
});

describe('R10 secrets on a host and on the way there', () => {
  test.each<[string, string, BecomeSettings]>([
    ['sudo with a password', 'admin', { password: secret(adminPassword) }],
    ['su with a password', 'deploy', { method: 'su', password: secret(rootPassword) }],
  ])('%s: in no process, no journal, no file that is not meant', async (_label, user, become) => {
    const since = (await onHost('date +%s')).trim();
    await onHost(sampler);
    const events: RunEvent[] = [];
    const book = bookFor(user, become);
    const settings = { onEvent: (event: RunEvent) => void events.push(event) };
    const applied = await apply(book, settings);
    const second = await plan(book, settings);
    await onHost("sh -c 'sleep 2; :' leaking-Canary-of-the-test; rm /root/sampling; sleep 1");

    expect(applied.outcome.steps.map(({ label, result }) => [label, result])).toEqual(
      applied.outcome.steps.map(({ label }) => [
        label,
        label === 'Command[fails]' ? 'failed' : 'changed',
      ]),
    );
    const left = second.plan.steps.filter(({ verdict }) => verdict.is !== 'unchanged');
    expect(left.map(({ label }) => label)).toEqual(['Command[fails]']);
    expectNoTrace(JSON.stringify({ events, applied, second }));
    expect(await onHost(`cat /root/secret-${user}/content`)).toBe(content);

    const sampled = await onHost('cat /root/sampled');
    expect(sampled).toContain('leaking-Canary-of-the-test');
    expect(sampled).toContain('hostwright-ready');
    expectNoTrace(sampled);
    expectNoTrace(await onHost(`journalctl --since=@${since} -o export --no-pager`));
    const where = '/tmp /var/tmp /run /dev/shm /var/log /var/lib/hostwright /home /root /etc';
    const found = traces.map((trace) => `-e ${quote(trace)}`).join(' ');
    const files = await onHost(
      `rm -f /root/sampled; grep -rlaF ${found} ${where} 2>/dev/null | grep -v '^/root/secret-${user}/'; true`,
    );
    expect(files.split('\n').filter((file) => !file.includes('/journal/'))).toEqual(['']);
    await onHost(`rm -r /root/secret-${user}`);
  });
});

describe('secrets that other tools encrypted', () => {
  beforeAll(async () => {
    await onHost(`export DEBIAN_FRONTEND=noninteractive
apt-get update -q && apt-get install -qy --no-install-recommends age ansible-core`);
    await onHost(`mkdir -p /root/made; cd /root/made
age-keygen -o key.txt; printf 'from age' >plain
for word in '' -a; do age $word -r "$(age-keygen -y key.txt)" -o "key$word.age" plain; done
echo 'the password' >vault-password; printf 'from vault\\n' >one.vault; cp one.vault two.vault
ansible-vault encrypt --vault-password-file vault-password one.vault
ansible-vault encrypt --vault-id prod@vault-password two.vault`);
    const made = join(lab.host(name).rootPath, 'root/made');
    for (const file of readdirSync(made))
      writeFileSync(join(folder, file), readFileSync(join(made, file)));
  }, 400_000);

  test.each(['key.age', 'key-a.age'])('age: %s', async (file) => {
    const identityFile = join(folder, 'key.txt');
    expect(reveal(await secretFromAge(join(folder, file), { identityFile }))).toBe('from age');
  });
  test.each(['one.vault', 'two.vault'])('ansible-vault: %s', async (file) => {
    const password = secret('the password');
    const found = await secretFromAnsibleVault(join(folder, file), { password });
    expect(reveal(found)).toBe('from vault');
  });
});

function bookFor(user: string, become: BecomeSettings) {
  const input = { ...labHostInput(lab, name, user), become, groups: [] };
  const at = (file: string) => `/root/secret-${user}/${file}`;
  const canary = secret(content);
  const loud = 'text=$(cat); echo "out $text"; echo "error $text" >&2; set -x; : "$text"; exit 3';
  const resources = () => [
    Directory({ path: `/root/secret-${user}`, mode: '0700' }),
    File({ path: at('content'), content: canary }),
    File({ path: at('lines'), content: secret(multiLine) }),
    Template({ path: at('template'), source: 'a {{canary}} b\n', vars: { canary } }),
    Command({ script: `cat >${at('slow')}; sleep 3`, stdin: canary, creates: at('slow') }),
    Command({ name: 'fails', script: loud, stdin: canary, creates: '/nowhere/x' }),
  ];
  return playbook({
    inventory: inventory({ hosts: { [name]: input } }),
    plays: [play({ hosts: 'all', resources })],
  });
}

/** Where a canary sings, a few lines of it are the message. */
function expectNoTrace(text: string): void {
  const lines = text.split('\n').filter((line) => traces.some((trace) => line.includes(trace)));
  expect(lines.slice(0, 3).map((line) => line.slice(0, 400))).toEqual([]);
}

async function onHost(script: string): Promise<string> {
  const { stdout, stderr, exitCode } = await lab.host(name).exec(script);
  if (exitCode > 1) throw new Error(`${script}\n${stderr}`);
  return stdout;
}
