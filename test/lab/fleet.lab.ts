import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, playbook } from '@hostwright/core';
import { Command, File } from '@hostwright/modules';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { labHostInput, labInventory } from './lab-inventory.ts';
import { useLab } from './use-lab.ts';

const lab = useLab([
  { name: 'one', release: 'debian-12' },
  { name: 'two', release: 'debian-13' },
]);

const door = new URL('../../packages/core/src/index.ts', import.meta.url).href;
const modules = new URL('../../packages/modules/src/index.ts', import.meta.url).href;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-fleet-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run of its own process whose command is at work on the host `one` until its gate is opened. */
function startSlow(name: string, user = 'root'): ChildProcess {
  const script = `echo begin ${name} >>/root/log; while [ ! -e /root/${name}.gate ]; do sleep 0.1; done; echo end ${name} >>/root/log; touch /root/${name}`;
  const file = join(folder, `${name}.ts`);
  writeFileSync(
    file,
    `import { apply, inventory, play, playbook } from '${door}';
import { Command } from '${modules}';
const hosts = inventory({ hosts: { one: ${JSON.stringify({ ...labHostInput(lab, 'one', user), groups: [] })} } });
const resources = () => Command({ run: ['/bin/sh', '-c', ${JSON.stringify(script)}], creates: '/root/${name}' });
const book = playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
const { outcome } = await apply(book, { command: 'run ${name}' });
process.exitCode = outcome.isConverged ? 0 : 9;
`,
  );
  return spawn(process.execPath, [file], { stdio: 'inherit' });
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.on('close', resolve));

const openGate = (name: string) => lab.host('one').exec(`touch /root/${name}.gate`);

async function seen(line: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { stdout } = await lab.host('one').exec('cat /root/log 2>/dev/null; true');
    if (stdout.split('\n').includes(line)) return;
    await sleep(100);
  }
  throw new Error(`${line} is not in the log of the host.`);
}

/** A file on both hosts. */
function touchBoth(name: string, onWarning: (text: string) => void = () => undefined) {
  const hosts = labInventory(lab);
  const resources = () => File({ path: `/srv/${name}`, content: 'x' });
  const book = playbook({ inventory: hosts, plays: [hosts.play({ hosts: 'all', resources })] });
  return apply(book, {
    onEvent: (event) => {
      if (event.type === 'warning') onWarning(event.text);
    },
  });
}

test('R6: of two applies on one host the second is refused there, names the first, and does the other host', async () => {
  const first = startSlow('a');
  const over = ended(first);
  await seen('begin a');
  const { outcome } = await touchBoth('refused');
  expect(outcome.hosts.find(({ host }) => host === 'one')?.error).toMatchObject({
    code: 'LOCK_HELD',
    problem: expect.stringMatching(/: run a \(process \d+\)\. What it started last is at work/),
  });
  expect(outcome.steps.map(({ host, result }) => [host, result]).toSorted()).toEqual([
    ['one', 'skipped'],
    ['two', 'changed'],
  ]);
  await openGate('a');
  expect(await over).toBe(0);
  expect((await touchBoth('refused')).outcome.isConverged).toBe(true);
});

test('R6: after kill -9 of the controller what it left at work keeps the lock, through sudo as well, and the next run waits for it', async () => {
  for (const [name, user] of [
    ['orphan', 'root'],
    ['sudo-orphan', 'deploy'],
  ] as const) {
    const first = startSlow(name, user);
    const over = ended(first);
    await seen(`begin ${name}`);
    first.kill('SIGKILL');
    await over;
    const next = touchBoth(name, (text) => {
      if (text.includes('waiting for it')) void openGate(name);
    });
    expect((await next).outcome.isConverged).toBe(true);
    const { stdout } = await lab
      .host('one')
      .exec(`cat /root/log; stat -c %Y /srv/${name} /root/${name}`);
    expect(stdout).toContain(`begin ${name}\nend ${name}\n`);
    const [created = 0, finished = 0] = stdout.trim().split('\n').slice(-2).map(Number);
    expect(created).toBeGreaterThanOrEqual(finished);
  }
});

test('R6: a lock from before a restart of the host is taken over, and a daemon that a run started holds nothing', async () => {
  const hosts = labInventory(lab);
  const daemon = Command({
    run: ['/bin/sh', '-c', 'sleep 300 & touch /srv/daemon'],
    creates: '/srv/daemon',
  });
  const book = playbook({
    inventory: hosts,
    plays: [hosts.play({ hosts: 'one', resources: () => daemon })],
  });
  expect((await apply(book)).outcome.isConverged).toBe(true);
  expect((await touchBoth('beside-a-daemon')).outcome.isConverged).toBe(true);
  const record = 'aa\\nother-boot\\n1\\nann@desk\\n7\\ndesk 1\\nrun x\\n';
  await lab.host('one').exec(`printf '${record}' >/var/lib/hostwright/run`);
  expect((await touchBoth('after-a-restart')).outcome.isConverged).toBe(true);
  const { stdout } = await lab.host('one').exec('ls /var/lib/hostwright');
  expect(stdout).not.toContain('run');
});

test('a converged apply of both hosts still makes two round trips each', async () => {
  await touchBoth('converged');
  const { outcome } = await touchBoth('converged');
  expect(outcome.hosts.map(({ roundTrips }) => roundTrips)).toEqual([2, 2]);
});
