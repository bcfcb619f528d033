import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convergeInShell, runInShell, shellDriver, shellsHere } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Symlink } from './symlink.ts';

const { diff } = Symlink.type;
const driver = shellDriver(Symlink);

type Spec = Parameters<typeof diff>[0];

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-symlink-'));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

const at = (name: string) => join(place, name);
/** With the paths that differed before. */
function converge(shell: readonly string[], specs: readonly Spec[]) {
  const converged = convergeInShell(Symlink, shell, specs);
  return { ...converged, changed: converged.changed.map(({ path }) => path) };
}

test.each(shellsHere)(
  'R4: %s: links of any name and target are made, only once, and go',
  (...shell) => {
    const odd = at("it's $(id) `id` \\ ü * -rf");
    mkdirSync(odd);
    const specs = [
      ...["-rf b's \\n", '/etc/hosts', '../x y', '.', 'ü*'].map((target, index) => ({
        path: join(odd, `-${index} b`),
        target,
      })),
      { path: at('folder'), target: odd },
    ];
    expect(converge(shell, specs)).toMatchObject({ status: 0, stderr: '', stdout: '' });
    for (const { path, target } of specs) expect(readlinkSync(path)).toBe(target);
    expect(converge(shell, specs).changed).toEqual([]);
    const turned = specs.map(({ path }) => ({ path, target: 'turned' }));
    expect(converge(shell, turned)).toMatchObject({ status: 0, stderr: '' });
    for (const { path } of specs) expect(readlinkSync(path)).toBe('turned');
    const gone = specs.map(({ path }) => ({ path, ensure: 'absent' as const }));
    expect(converge(shell, gone)).toMatchObject({ status: 0, stderr: '' });
    expect(converge(shell, gone).changed).toEqual([]);
    expect(readdirSync(odd)).toEqual([]);
  },
);

test.each(shellsHere)(
  '%s: a link to a directory is replaced, and nothing goes into it',
  (...shell) => {
    mkdirSync(at('old'));
    mkdirSync(at('new'));
    symlinkSync('old', at('link'));
    expect(converge(shell, [{ path: at('link'), target: 'new' }])).toMatchObject({ status: 0 });
    expect(readlinkSync(at('link'))).toBe('new');
    expect(readdirSync(at('old'))).toEqual([]);
    expect(readdirSync(place).toSorted()).toEqual(['link', 'new', 'old']);
  },
);

test.each(shellsHere)(
  'R7: %s: what came in between is not replaced, nor removed, and stops no other',
  (...shell) => {
    writeFileSync(at('file'), 'precious');
    mkdirSync(at('folder'));
    const reading = { is: 'present', observed: { target: 'x' } } as const;
    const fields = [{ field: 'target', from: 'x', to: 'y' }];
    const differences = ['file', 'folder', 'gone/link', 'fine'].map((name) => ({
      spec: { path: at(name), target: 'y' },
      reading,
      fields,
    }));
    const removals = ['file', 'folder'].map((name) => ({
      spec: { path: at(name), ensure: 'absent' as const },
      reading,
      fields,
    }));
    const { status, stderr } = runInShell(
      shell,
      driver.apply([...differences, ...removals]).script,
    );
    expect(status).toBe(1);
    for (const name of ['file', 'folder', 'gone/link']) expect(stderr).toContain(at(name));
    expect(stderr).toContain(`${at('file')}: it is no symbolic link by now.\n`);
    expect(readFileSync(at('file'), 'utf8')).toBe('precious');
    expect(readdirSync(at('folder'))).toEqual([]);
    expect(readlinkSync(at('fine'))).toBe('y');
  },
);

test('R7: at no moment is there no link', () => {
  symlinkSync('old', at('link'));
  const tools = at('tools');
  mkdirSync(tools);
  for (const name of ['ln', 'mv', 'mktemp', 'rm']) {
    const note = `#!/bin/sh\nreadlink ${at('link')} >>${at('log')}\nPATH=\${PATH#*:} exec ${name} "$@"\n`;
    writeFileSync(join(tools, name), note, { mode: 0o755 });
  }
  const reading = { is: 'present', observed: { target: 'old' } } as const;
  const spec = { path: at('link'), target: 'new' };
  const fields = [{ field: 'target', from: 'old', to: 'new' }];
  const { script } = driver.apply([{ spec, reading, fields }]);
  const env = { PATH: `${tools}:${process.env.PATH}` };
  expect(runInShell(['/bin/sh'], script, env)).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(at('log'), 'utf8')).toBe('old\nold\nold\nnew\n');
  expect(readlinkSync(at('link'))).toBe('new');
});
