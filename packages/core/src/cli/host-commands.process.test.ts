import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

// Real processes; the hosts are this machine, and a port where nobody listens.

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const core = new URL('../index.ts', import.meta.url).href;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-cli-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'site.ts'),
    `import { inventory, playbook, secret } from '${core}';
export default playbook({ plays: [], inventory: inventory({ hosts: {
  here: { connection: 'local', groups: ['near'] },
  gone: { address: '127.0.0.1', ssh: { port: 1, password: secret('hush'), agent: null } },
} }) });
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 25_000,
  });
  return { status, stdout, stderr };
}

test('ping says who answers and as whom, and exits with 4 for a host that does not', () => {
  expect(run('ping', 'site.ts', 'near')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(new RegExp(`✔ +here +${userInfo().username} `)),
  });
  const { status, stdout } = run('ping', 'site.ts', '--json');
  expect(status).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    hosts: [
      { host: 'here', user: userInfo().username },
      { host: 'gone', error: { code: expect.any(String) } },
    ],
  });
});

test('hosts are named in the same way everywhere: groups, patterns, commas, and what a report says', () => {
  const names = (...words: string[]) => {
    const { stdout } = run('inventory', 'site.ts', '--json', ...words);
    return JSON.parse(stdout).hosts.map(({ name }: { name: string }) => name);
  };
  expect(names('g*', 'near')).toEqual(['here', 'gone']);
  expect(names('here,gone')).toEqual(['here', 'gone']);
  expect(names('!gone')).toEqual(['here']);
  const counts = { ok: 0, changed: 0, failed: 1, skipped: 0, unreachable: 0 };
  const gone = { host: 'gone', counts, roundTrips: 1, error: { code: 'LOCK_HELD' } };
  const report = { version: 1, steps: [], hosts: [gone] };
  writeFileSync(join(folder, 'failed.json'), JSON.stringify(report));
  expect(names('@failed.json')).toEqual(['gone']);
  expect(run('ping', 'site.ts', 'nera')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('[LIMIT_INVALID]'),
  });
  expect(run('health', 'site.ts', '--limit', '@nowhere.json')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('The report nowhere.json of --limit cannot be read'),
  });
});

test('run quotes words, reads shell text where that is asked for, and is honest about exit codes', () => {
  const words = run('run', 'site.ts', 'near', '--', 'printf', '%s', '$HOME; a b');
  expect(words).toMatchObject({ status: 0, stdout: expect.stringContaining('  $HOME; a b\n') });
  expect(words.stderr).toContain('Not reconciled');
  const shell = run('run', 'site.ts', 'near', '--shell', '--json', '--', 'echo $((1+1)); exit 3');
  expect(shell.status).toBe(1);
  expect(JSON.parse(shell.stdout).hosts[0]).toMatchObject({ exitCode: 3, stdout: '2\n' });
  expect(run('run', 'site.ts', 'all').status).toBe(64);
  expect(run('run', 'site.ts', 'all', '--', '').status).toBe(64);
  expect(run('run', 'site.ts', 'nobody', '--', 'true').status).toBe(64);
});

test('inventory shows settings and no secret', () => {
  const { status, stdout } = run('inventory', 'site.ts', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    groups: { near: ['here'] },
    hosts: [{ name: 'here' }, { name: 'gone', ssh: { port: 1, password: '<secret>' } }],
  });
  expect(run('inventory', 'site.ts').stdout).toContain('gone  127.0.0.1:1\n');
});
