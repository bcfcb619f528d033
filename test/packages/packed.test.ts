import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { publint } from 'publint';
import { root } from '../../scripts/tree/tree.ts';

// The packages as a registry would get them, installed by npm into an empty folder.

const names = ['core', 'modules', 'playbooks', 'inventories'] as const;

/** More than these would be noticed by everyone who installs. */
const packagesMax = 70;
const megabytesMax = 25;

const stepMs = 300_000;
const require = createRequire(import.meta.url);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-packed-'));
  expect(run(process.execPath, [join(root, 'scripts/build.ts'), folder])).toMatchObject({
    status: 0,
  });
}, stepMs);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string, args: readonly string[], more: Record<string, string> = {}) {
  const env = { ...process.env, NODE_OPTIONS: '', GITHUB_ACTIONS: '', ...more };
  const options = { cwd: folder, encoding: 'utf8', env, timeout: stepMs } as const;
  const { status, stdout, stderr } = spawnSync(command, [...args], options);
  return { status, stdout, stderr };
}

function tarball(name: string): string {
  const found = readdirSync(folder).find((file) => file.startsWith(`hostwright-${name}-`));
  return join(folder, found ?? `${name} was not packed`);
}

test.each(names)(
  '%s: what it promises is in it',
  async (name) => {
    const file = readFileSync(tarball(name));
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    const { messages } = await publint({ pack: { tarball: bytes as ArrayBuffer }, strict: true });
    expect(messages).toEqual([]);
    const attw = join(
      dirname(require.resolve('@arethetypeswrong/cli/package.json')),
      'dist/index.js',
    );
    expect(run(process.execPath, [attw, tarball(name), '--profile', 'esm-only'])).toMatchObject({
      status: 0,
    });
  },
  stepMs,
);

const playbook = `import { inventory, play, playbook } from '@hostwright/core';
import { Directory, File } from '@hostwright/modules';
const hosts = inventory({ hosts: { here: { connection: 'local' } } });
export default playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources: () => [
  Directory({ path: import.meta.dirname + '/made' }),
  File({ path: import.meta.dirname + '/made/hello', content: 'hello\\n' }),
] })] });
`;

const project = {
  private: true,
  type: 'module',
  get dependencies() {
    return Object.fromEntries(
      names.map((name) => [`@hostwright/${name}`, `file:${tarball(name)}`]),
    );
  },
};

test(
  'npm installs them, and not much else',
  () => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
    writeFileSync(join(folder, 'site.ts'), playbook);
    const args = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    const installed = run('npm', args);
    expect(installed).toMatchObject({ status: 0 });
    const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'));
    const count = Object.keys(lock.packages).length;
    const size = run('du', ['-sk', '--apparent-size', 'node_modules']).stdout;
    const megabytes = Number.parseInt(size, 10) / 1024;
    process.stdout.write(`installed: ${count} packages, ${megabytes.toFixed(1)} MB\n`);
    expect(count).toBeLessThanOrEqual(packagesMax);
    expect(megabytes).toBeLessThanOrEqual(megabytesMax);
  },
  stepMs,
);

test(
  'their types hold by themselves',
  () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const types = join(root, 'node_modules/@types');
    const args = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
    const own = ['--typeRoots', types, '--types', 'node', 'site.ts'];
    expect(run(process.execPath, [compiler, ...args, ...own]).stdout).toBe('');
  },
  stepMs,
);

const oldest = join(root, 'test/node_modules/node-oldest/bin/node');
const versions = [
  ['newest', process.execPath],
  ...(existsSync(oldest) ? [['oldest', oldest]] : []),
];

test.each(versions)(
  'a playbook is planned and applied with the %s Node',
  (_, node) => {
    const main = join(folder, 'node_modules/@hostwright/core/dist/cli/main.js');
    const hostwright = (...args: string[]) =>
      run(node ?? '', [main, ...args], { HOSTWRIGHT_STATE_FOLDER: join(folder, 'state') });
    rmSync(join(folder, 'made'), { recursive: true, force: true });
    expect(hostwright('plan', 'site.ts')).toMatchObject({
      status: 2,
      stdout: expect.stringContaining('Plan: 1 to create, 1 known after something else.'),
      stderr: expect.not.stringContaining('Warning'),
    });
    expect(hostwright('apply', 'site.ts', '--yes')).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, 'made/hello'), 'utf8')).toBe('hello\n');
    expect(hostwright('plan', 'site.ts').status).toBe(0);
    expect(hostwright('docs', 'UfwRule').stdout).toContain('One rule of UFW.');
  },
  stepMs,
);

const old = spawnSync('/usr/bin/node', ['--version'], { encoding: 'utf8' }).stdout ?? '';
const isOld = /^v(1\d|20|21)\./.test(old);

(isOld ? test : test.skip)('a Node that is too old is told so', () => {
  const main = join(folder, 'node_modules/@hostwright/core/dist/cli/main.js');
  expect(run('/usr/bin/node', [main, 'plan', 'site.ts'])).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('[NODE_TOO_OLD]'),
  });
});
