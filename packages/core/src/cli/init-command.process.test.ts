import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const repository = fileURLToPath(new URL('../../../../', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-init-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function node(cwd: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const slowMs = 120_000;

test(
  'a new project type-checks and plans at once',
  () => {
    const made = node(folder, main, 'init', 'servers', '--json');
    expect(made).toMatchObject({ status: 0 });
    expect(JSON.parse(made.stdout)).toMatchObject({
      version: 1,
      files: expect.arrayContaining(['package.json', 'site.ts', '.github/workflows/drift.yml']),
    });
    const project = join(folder, 'servers');
    // In place of npm install: the packages as they are in this repository.
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
    mkdirSync(join(project, 'node_modules/@hostwright'));
    for (const name of ['core', 'modules']) {
      symlinkSync(
        join(repository, 'packages', name),
        join(project, 'node_modules/@hostwright', name),
      );
    }
    symlinkSync(
      join(repository, 'node_modules/@types/node'),
      join(project, 'node_modules/@types/node'),
    );
    const compiler = join(repository, 'node_modules/typescript/bin/tsc');
    // The packages are their sources here, and are checked with settings of their own elsewhere.
    const own = node(project, compiler)
      .stdout.split('\n')
      .filter((said) => /^\w/.test(said));
    expect(own).toEqual([]);
    const planned = node(project, main, 'plan', 'site.ts', '--no-github');
    expect(planned.stderr).not.toContain('✘');
    expect(planned.stdout).toContain('File[/etc/motd]');
    expect([0, 2]).toContain(planned.status);
  },
  slowMs,
);

test('a folder that is not empty is left as it is', () => {
  const project = join(folder, 'mine');
  mkdirSync(project);
  writeFileSync(join(project, 'notes.txt'), '');
  expect(node(project, main, 'init')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('is not empty: it has notes.txt'),
  });
  expect(readdirSync(project)).toEqual(['notes.txt']);
});

test('what has to be typed next is as a shell takes it', () => {
  const made = node(folder, main, 'init', "it's mine/ünï");
  expect(made).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("  cd 'it'\\''s mine/ünï'\n"),
  });
  expect(node(folder, main, 'init', '--', '-dash').stdout).toContain('  cd ./-dash\n');
});

test('a file in place of a folder is said as such', () => {
  writeFileSync(join(folder, 'notes'), '');
  expect(node(folder, main, 'init', 'notes')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('✘ notes is a file.'),
  });
});

test('a folder that cannot be made is no defect of ours', () => {
  writeFileSync(join(folder, 'file'), '');
  const { status, stderr } = node(folder, main, 'init', 'file/servers');
  expect([status, stderr]).toEqual([
    64,
    expect.stringMatching(/✘ The project cannot be written: .*\[USAGE\]/s),
  ]);
});
