import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

// Real processes, as a shell would start them; the hosts are this machine, by connection: 'local'.

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const core = new URL('../index.ts', import.meta.url).href;
const notes = new URL('../testing/note.ts', import.meta.url).href;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-cli-'));
  write('package.json', '{ "type": "module" }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** A playbook of one host with these resources; `at(name)` is a path in the folder. */
function writePlaybook(resources: string): void {
  write(
    'site.ts',
    `import { inventory, play, playbook } from '${core}';
import { Note, Slow } from './types.ts';
const at = (name: string) => '${folder}/' + name;
const hosts = inventory({ hosts: { here: { connection: 'local' } } });
export default playbook({
  inventory: hosts,
  plays: [play({ hosts: 'all', resources: () => [${resources}] })],
});
`,
  );
  write('types.ts', slowType);
}

/** A type whose change takes a second, prints what a terminal would obey, and fails for the path of /nowhere. */
const slowType = `import { defineResource, present, absent, lines, sh } from '${core}';
export { Note } from '${notes}';
const properties = { path: { type: 'string', description: 'Path.', maxLength: 4096 } };
const schema = { type: 'object', properties, required: ['path'], additionalProperties: false } as any;
export const Slow = defineResource<any, any, any, any>({
  kind: 'Slow',
  schema,
  keys: ['path'],
  identity: (spec: any) => spec.path,
  diff: (_: any, reading: any) => (reading.is === 'absent' ? [{ field: 'exists', from: false, to: true }] : []),
  driver: {
    via: 'shell',
    commands: [],
    probe: (specs: any) => lines(specs.map(({ path }: any) => sh\`if [ -e \${path} ]; then echo y; else echo n; fi\`)),
    parse: ({ stdout }: any, specs: any) => specs.map((_: any, i: number) => (stdout.split('\\n')[i] === 'y' ? present({}) : absent)),
    apply: (all: any) => lines([sh\`set -e\`, ...all.map(({ spec }: any) => sh\`printf '\\\\033]0;evil\\\\007working\\\\n'; sleep 1; echo done >\${spec.path}\`)]),
  },
});
`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...env } = process.env;
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env });
  const text = { stdout: '', stderr: '' };
  child.stdin.end();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (more: string) => {
      text[name] += more;
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, ...text }));
  });
  return { child, ended };
}

const run = (...args: string[]) => start(...args).ended;

test('plan, apply, plan again, drift: results on standard output, progress on standard error', async () => {
  writePlaybook(`Note({ path: at('a'), text: 'hello\\n' })`);
  const planned = await run('plan', 'site.ts');
  expect(planned.code).toBe(2);
  expect(planned.stdout).toBe(`here
  + create   Note[${folder}/a]  site.ts:7

Plan: 1 to create.
`);
  expect(planned.stderr).toMatch(/^ {3}0\.\ds {2}plan on 1 host: here\n/);
  const applied = await run('apply', '--yes', 'site.ts');
  expect(applied.code).toBe(0);
  expect(applied.stdout).toMatch(/Applied and verified\. 1 changed, 0 ok, on 1 host in /);
  expect(applied.stderr).toContain(`here  + Note[${folder}/a]`);
  expect(await run('plan', 'site.ts')).toMatchObject({
    code: 0,
    stdout: 'No changes. 1 resource on 1 host as declared.\n',
  });
  write('a', 'drift\n');
  const verified = await run('verify', 'site.ts');
  expect(verified.code).toBe(2);
  expect(verified.stdout).toContain('-drift\n               +hello\n\nDrift: 1 to update.\n');
}, 30_000);

test('a saved plan is applied as it was, and refused once the host moved', async () => {
  writePlaybook(`Note({ path: at('a'), text: 'hello' })`);
  expect((await run('plan', '--out', 'plan.json', 'site.ts')).code).toBe(2);
  write('a', 'moved');
  const refused = await run('apply', 'plan.json');
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/Note\[.*\/a] \(site\.ts:7\) exists was false, is as declared/);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('moved');
  rmSync(join(folder, 'a'));
  expect((await run('apply', 'plan.json')).code).toBe(0);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('hello');
}, 60_000);

test('the graph, and why one declaration is as it is', async () => {
  writePlaybook(
    `(() => { const a = Note({ path: at('a'), text: 'x' }); return [a, Note({ path: at('b'), text: 'y' }, { needs: [a] })]; })()`,
  );
  const drawn = await run('graph', '--format', 'dot', 'site.ts');
  expect([drawn.code, drawn.stdout]).toEqual([
    0,
    expect.stringContaining('n0 -> n1 [label="needs"]'),
  ]);
  const told = await run('why', 'site.ts', '/b');
  expect(told.code).toBe(0);
  expect(told.stdout).toMatch(/comes after\n {2}Note\[.*\/a] {2}site\.ts:7 {2}needs {2}to create/);
  const json = await run('why', '--json', 'site.ts', '/b');
  expect(json.stdout).toMatch(/"type":"why\.ready"/);
  expect(await run('why', 'site.ts', '/nowhere')).toMatchObject({ code: 64, stdout: '' });
}, 60_000);

test('facts of a host', async () => {
  writePlaybook('');
  const { code, stdout } = await run('facts', 'site.ts');
  expect(code).toBe(0);
  expect(stdout).toContain(`  arch         `);
});

test('with --json standard output carries events and nothing else, also when it fails', async () => {
  writePlaybook(`Note({ path: at('a'), text: 'x' })`);
  const { code, stdout, stderr } = await run('apply', '--yes', '--json', 'site.ts');
  const types = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  expect([code, stderr]).toEqual([0, '']);
  expect(types.at(0)).toBe('run.started');
  expect(types).toContain('plan.ready');
  expect(types.at(-1)).toBe('run.finished');
  const failed = await run('plan', '--json', 'nowhere.ts');
  expect(failed.code).toBe(64);
  expect(JSON.parse(failed.stdout)).toMatchObject({
    type: 'run.failed',
    error: { code: 'PLAYBOOK_NOT_FOUND' },
  });
});

test('apply does not change anything where it cannot ask', async () => {
  writePlaybook(`Note({ path: at('a'), text: 'x' })`);
  const { code, stdout, stderr } = await run('apply', 'site.ts');
  expect([code, stdout]).toEqual([64, '']);
  expect(stderr).toContain('Add --yes to apply without being asked.');
  expect(existsSync(join(folder, 'a'))).toBe(false);
});

test('a failed step is code 1, and says what the command said', async () => {
  writePlaybook(`Slow({ path: '/nowhere/x' })`);
  const { code, stdout } = await run('apply', '-y', 'site.ts');
  expect(code).toBe(1);
  expect(stdout).toMatch(/✘ here Slow\[\/nowhere\/x] \(site\.ts:7\): .*exit code 2/);
  expect(stdout).toMatch(/│ .*\/nowhere\/x/);
}, 60_000);

test('R3: a host that does not answer is code 4', async () => {
  write(
    'site.ts',
    `import { inventory, play, playbook } from '${core}';
const hosts = inventory({ hosts: { gone: { address: '127.0.0.1', ssh: { port: 1, agent: null } } } });
export default playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources: () => [] })] });
`,
  );
  const { code, stdout } = await run('plan', 'site.ts');
  expect(code).toBe(4);
  expect(stdout).toContain('✘ gone: ');
  expect(stdout).toContain('1 host could not be reached.\n');
}, 60_000);

test('R17: a report of what failed leads the next run to those hosts', async () => {
  write(
    'site.ts',
    `import { inventory, play, playbook } from '${core}';
import { Note } from './types.ts';
const hosts = inventory({ hosts: { good: { connection: 'local' }, bad: { connection: 'local' } } });
const resources = ({ host }: any) => Note({ path: host.name === 'bad' ? '${folder}/no/x' : '${folder}/x', text: 'x' });
export default playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
`,
  );
  write('types.ts', slowType);
  const first = await run('apply', '-y', 'site.ts', '--serial', '1', '--report', 'failed.json');
  expect(first.code).toBe(1);
  expect(first.stderr).toContain('batch 2 of 2: bad');
  mkdirSync(join(folder, 'no'));
  const again = await run('apply', '-y', 'site.ts', '--limit', '@failed.json');
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('1 changed, 0 ok, on 1 host in');
}, 60_000);

test('R21: output of steps is shown with -v, and cannot command the terminal', async () => {
  writePlaybook(`Slow({ path: at('a') })`);
  const { code, stderr, stdout } = await run('apply', '-y', '-v', 'site.ts');
  expect(code).toBe(0);
  expect(stderr).toContain('here  │ working\n');
  expect(stderr + stdout).not.toContain('\x1b');
}, 60_000);

test('R19: the first signal lets the step at work finish, begins nothing new, and exits with 130', async () => {
  writePlaybook(
    `(() => { const a = Slow({ path: at('a') }); return [a, Slow({ path: at('b') }, { needs: [a] })]; })()`,
  );
  const { child, ended } = start('apply', '-y', '-v', 'site.ts');
  await seen(child, 'working');
  child.kill('SIGINT');
  const beganMs = performance.now();
  const { code, stderr, stdout } = await ended;
  expect(performance.now() - beganMs).toBeLessThan(10_000);
  expect(code).toBe(130);
  expect(stderr).toContain('! Interrupted: finishing the steps at work.');
  expect(stdout).toContain('! 1 resource not begun: the run was interrupted.\n');
  expect([existsSync(join(folder, 'a')), existsSync(join(folder, 'b'))]).toEqual([true, false]);
  // The lock is gone: another run begins at once.
  expect((await run('apply', '-y', 'site.ts')).code).toBe(0);
  expect(existsSync(join(folder, 'b'))).toBe(true);
}, 60_000);

test('R19: the second signal ends at once', async () => {
  writePlaybook(`Slow({ path: at('a') })`);
  const { child, ended } = start('apply', '-y', '-v', 'site.ts');
  await seen(child, 'working');
  child.kill('SIGINT');
  await seen(child, 'Interrupted');
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain('! Ended at once');
}, 60_000);

function seen(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    child.stderr?.on('data', (more: string) => {
      if (more.includes(text)) resolve();
    });
  });
}

test('R6: after kill -9 of a run, the next one waits for what it left at work, and takes over', async () => {
  writePlaybook(`Slow({ path: at('a') })`);
  const waiting = `while [ ! -e ${folder}/gate ]; do sleep 0.1; done`;
  write('types.ts', slowType.replace('sleep 1', waiting));
  const { child, ended } = start('apply', '-y', '-v', 'site.ts');
  await seen(child, 'working');
  child.kill('SIGKILL');
  await ended;
  const next = start('apply', '-y', 'site.ts');
  await seen(next.child, 'waiting for it');
  expect(existsSync(join(folder, 'a'))).toBe(false);
  write('gate', '');
  const { code, stderr } = await next.ended;
  expect(code).toBe(0);
  expect(stderr).toContain('hostwright apply -y -v site.ts) is still at work');
}, 60_000);

test('R42: the journal of a run that was killed ends with what was begun last, and the next run goes on in it', async () => {
  writePlaybook(`Slow({ path: at('a') })`);
  const { child, ended } = start('apply', '-y', '-v', 'site.ts', '--journal', 'log/journal');
  await seen(child, 'working');
  child.kill('SIGKILL');
  await ended;
  const read = () => readFileSync(join(folder, 'log/journal'), 'utf8');
  const typesOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type);
  const first = read();
  expect(typesOf(first).at(-1)).toBe('step.started');
  expect((await run('apply', '-y', 'site.ts', '--journal', 'log/journal')).code).toBe(0);
  expect(read().startsWith(first)).toBe(true);
  expect(typesOf(read()).filter((type) => type === 'run.started')).toHaveLength(2);
  expect(typesOf(read()).at(-1)).toBe('run.finished');
  expect(statSync(join(folder, 'log/journal')).mode & 0o777).toBe(0o600);
}, 90_000);

test('a reader that closes the pipe early does not break the run', async () => {
  writePlaybook(`Note({ path: at('a'), text: 'x' })`);
  const { child, ended } = start('apply', '-y', '--json', 'site.ts');
  child.stdout?.destroy();
  expect((await ended).code).toBe(0);
  expect(existsSync(join(folder, 'a'))).toBe(true);
});

test('a playbook that ends the process or never ends loading is no run that went well', async () => {
  write('exits.ts', 'process.exit(0);\n');
  write('waits.ts', 'await new Promise(() => {});\nexport default 1;\n');
  for (const name of ['exits.ts', 'waits.ts']) {
    const { code, stderr } = await run('verify', name);
    expect(stderr).toContain(
      `✘ ${name} ended, or waits for something that never comes, while it was loaded.\n`,
    );
    expect(code).toBe(64);
  }
});

test('what a playbook prints does not get into the JSON', async () => {
  write(
    'site.ts',
    `import { inventory, playbook } from '${core}';
console.log('looking');
console.table([{ a: 1 }]);
export default playbook({ inventory: inventory({ hosts: {} }), plays: [] });
`,
  );
  const { stdout, stderr } = await run('plan', 'site.ts', '--json');
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type)
      .at(-1),
  ).toBe('run.finished');
  expect(stderr).toMatch(/looking.*a/s);
  const words = await run('run', 'gone.ts', 'all', '--', 'ls', '--json');
  expect(words).toMatchObject({ code: 64, stdout: '' });
});

test('what a playbook leaves open does not keep the command from ending', async () => {
  write(
    'site.ts',
    `import { inventory, playbook } from '${core}';
setInterval(() => undefined, 1000);
export default playbook({ inventory: inventory({ hosts: {} }), plays: [] });
`,
  );
  expect(await run('verify', 'site.ts')).toMatchObject({ code: 0 });
});

test('one playbook is applied, and no other is passed over', async () => {
  expect(await run('apply', '-y', 'a.ts', '--playbook', 'b.ts')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('hostwright apply b.ts'),
  });
});

const full = '/dev/full';

(existsSync(full) ? test : test.skip)(
  'a full disk behind standard output does not break the run, and is said at its end',
  async () => {
    writePlaybook(`Slow({ path: at('a') })`);
    const file = openSync(full, 'w');
    const child = spawn(process.execPath, [main, 'apply', '-y', '--json', 'site.ts'], {
      cwd: folder,
      stdio: ['ignore', file, 'pipe'],
    });
    closeSync(file);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      stderr += more;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('done\n');
    expect(stderr).toMatch(/^✘ Standard output cannot be written: ENOSPC.*\[REPORT_NOT_WRITTEN\]/s);
    expect(code).toBe(1);
  },
);
