import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absent, type Reading } from '@hostwright/core';
import { convergeInShell, runInShell, shellDriver, shellsHere } from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { File } from './file.ts';
import type { ObservedFile } from './read-file.ts';

const { diff } = File.type;
const driver = shellDriver(File);

type FileSpec = Parameters<typeof diff>[0];

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-file-'));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

/** With the paths that differed before. */
function converge(shell: readonly string[], specs: readonly FileSpec[]) {
  const converged = convergeInShell(File, shell, specs);
  return { ...converged, changed: converged.changed.map(({ path }) => path) };
}

test.each(shellsHere)(
  '%s: bytes arrive as they are, in files of any name, and only once',
  (...shell) => {
    const odd = join(place, "it's $(id) `id` \\ ü *\u{1f4ee} -rf");
    mkdirSync(odd);
    const contents = [
      '',
      'no newline',
      'a\r\nb\r\n',
      "'\\''$HOME`id`%s\\n",
      '-n\n',
      'ü漢\u{1f4ee}\n',
    ];
    const specs: FileSpec[] = contents.map((content, index) => ({
      path: join(odd, `-${index} b`),
      content,
    }));
    const bytes = Buffer.from([0, 255, 13, 10, 0]);
    specs.push({
      path: join(odd, 'binary'),
      content: bytes.toString('base64'),
      encoding: 'base64',
    });
    expect(converge(shell, specs)).toMatchObject({ status: 0, stderr: '', stdout: '' });
    for (const { path, content } of specs.slice(0, -1))
      expect(readFileSync(path, 'utf8')).toBe(content);
    expect(readFileSync(join(odd, 'binary'))).toEqual(bytes);
    expect(readdirSync(odd)).toHaveLength(specs.length);
    expect(converge(shell, specs).changed).toEqual([]);
  },
);

test.each(shellsHere)(
  '%s: what is not declared is kept, and a mode alone rewrites nothing',
  (...shell) => {
    const path = join(place, 'kept');
    writeFileSync(path, 'old');
    chmodSync(path, 0o4751);
    converge(shell, [{ path, content: 'new' }]);
    expect(statSync(path).mode & 0o7777).toBe(0o4751);
    const { ino } = statSync(path);
    converge(shell, [{ path, content: 'new', mode: '0640' }]);
    expect(statSync(path)).toMatchObject({ ino, mode: 0o100640 });
  },
);

test.each(shellsHere)(
  'R31: %s: a validator that refuses leaves the old file and says why',
  (...shell) => {
    const path = join(place, 'rules.conf');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is an expansion of the shell.
    const judge = 'echo "judged ${1##*/} $(stat -c %a "$1")"; grep -q good "$1"';
    const validate = ['sh', '-c', judge, 'judge', '%'];
    const other = { path: join(place, 'other'), content: 'other' };
    const refused = converge(shell, [{ path, content: 'bad', validate }, other]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('judged rules.conf 640\n');
    expect(refused.stderr).toContain(`${path}: the validator refused the new content`);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readFileSync(other.path, 'utf8')).toBe('other');
    expect(readdirSync(place).toSorted()).toEqual(['other', 'rules.conf']);
    expect(converge(shell, [{ path, content: 'good', validate }]).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('good');
  },
);

test.each(shellsHere)(
  'R7: %s: a link or directory that came in between is not replaced',
  (...shell) => {
    const fields = [{ field: 'exists', from: false, to: true }];
    const specs = ['link', 'sub', 'gone/x'].map((name) => ({
      path: join(place, name),
      content: 'x',
    }));
    symlinkSync('/etc/passwd', join(place, 'link'));
    mkdirSync(join(place, 'sub'));
    const differences = specs.map((spec) => ({ spec, reading: absent, fields }));
    const { status, stderr } = runInShell(shell, driver.apply(differences).script);
    expect(status).toBe(1);
    expect(stderr.split('\n')).toEqual([
      `${specs[0]?.path}: it is a symbolic link by now.`,
      `${specs[1]?.path}: it is a directory by now.`,
      `${specs[2]?.path}: the directory ${join(place, 'gone')} does not exist.`,
      '',
    ]);
  },
);

test.each(shellsHere)(
  '%s: removal takes the file, and is converged where it is gone',
  (...shell) => {
    const path = join(place, 'old');
    writeFileSync(path, '');
    expect(converge(shell, [{ path, ensure: 'absent' }]).changed).toEqual([path]);
    expect(existsSync(path)).toBe(false);
    expect(converge(shell, [{ path, ensure: 'absent' }]).changed).toEqual([]);
  },
);

test('R7: a writer that is killed leaves nothing that is taken for a file, and is tidied up later', () => {
  const stale = join(place, '.hostwright.abcdef');
  mkdirSync(stale);
  spawnSync('touch', ['-d', '2 hours ago', stale]);
  mkdirSync(join(place, '.hostwright.fresh1'));
  converge(['/bin/sh'], [{ path: join(place, 'a'), content: 'x' }]);
  expect(readdirSync(place).toSorted()).toEqual(['.hostwright.fresh1', 'a']);
});

test('R7: a copy has its mode and is on the disk before it takes the place, and the directory after', () => {
  const path = join(place, 'a');
  writeFileSync(path, 'old');
  const tools = join(place, 'tools');
  const log = join(place, 'log');
  mkdirSync(tools);
  for (const name of ['chmod', 'sync', 'mv']) {
    const note = `#!/bin/sh\nfor f; do :; done\nprintf '%s %s %s\\n' ${name} "\${f#${place}}" "$(cat ${path})" >>${log}\n`;
    const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    writeFileSync(join(tools, name), `${note}exec ${stdout.trim()} "$@"\n`, { mode: 0o755 });
  }
  const reading = { is: 'present' } as Extract<Reading<ObservedFile>, { is: 'present' }>;
  const fields = [{ field: 'content', from: 'old', to: 'new' }];
  const { script } = driver.apply([
    { spec: { path, content: 'new', mode: '0640' }, reading, fields },
  ]);
  const { status, stderr } = spawnSync('/bin/sh', [], {
    input: script,
    encoding: 'utf8',
    env: { PATH: `${tools}:${process.env.PATH}` },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const steps = readFileSync(log, 'utf8').trim().split('\n');
  expect(steps.map((step) => step.replace(/\.hostwright\.\w+/, 'TEMP'))).toEqual([
    'chmod /TEMP/a old',
    'sync /TEMP/a old',
    'mv /TEMP/a old',
    'sync / new',
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

test.each(shellsHere)(
  'R7: %s: a write that fails is noticed, and files beside it arrive',
  (...shell) => {
    const [path, binary, other] = ['a', 'b', 'c'].map((name) => join(place, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(path, 'old');
    const reading = { is: 'present' } as Extract<Reading<ObservedFile>, { is: 'present' }>;
    const fields = [{ field: 'content', from: 'old', to: 'newer' }];
    const { script } = driver.apply([
      { spec: { path, content: 'newer' }, reading, fields },
      { spec: { path: binary, content: 'AAAA', encoding: 'base64' }, reading, fields },
      { spec: { path: other, content: 'other' }, reading, fields },
    ]);
    const broken = script
      .replace(/(printf '%s' newer) >"\$copy"/, '$1 >/dev/full')
      .replace("printf '%s' AAAA", "printf '%s' AA==");
    const { status, stderr } = runInShell(shell, broken);
    expect(status).toBe(1);
    expect(stderr).toContain(`${path}: the new content could not be written`);
    expect(stderr).toContain(`${binary}: the new content could not be written`);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(place).toSorted()).toEqual(['a', 'c']);
  },
);

test('a further file of a folder takes one more program', () => {
  const tools = join(place, 'tools');
  const log = join(place, 'log');
  mkdirSync(tools);
  for (const name of [
    'find',
    'mktemp',
    'cat',
    'wc',
    'cp',
    'touch',
    'chown',
    'chmod',
    'sync',
    'mv',
    'rm',
  ]) {
    const script = `#!/bin/sh\necho ${name} >>${log}\nPATH=\${PATH#*:} exec ${name} "$@"\n`;
    writeFileSync(join(tools, name), script, { mode: 0o755 });
  }
  const programsFor = (count: number) => {
    writeFileSync(log, '');
    const folder = mkdtempSync(join(place, 'many-'));
    const fields = [{ field: 'exists', from: false, to: true }];
    const differences = Array.from({ length: count }, (_, index) => ({
      spec: { path: join(folder, String(index)), content: 'x' },
      reading: absent,
      fields,
    }));
    const env = { PATH: `${tools}:${process.env.PATH}` };
    const input = driver.apply(differences).script;
    expect(spawnSync('/bin/sh', [], { input, encoding: 'utf8', env }).stderr).toBe('');
    expect(readdirSync(folder)).toHaveLength(count);
    return readFileSync(log, 'utf8').trim().split('\n').length;
  };
  expect(programsFor(11)).toBe(programsFor(1) + 10);
});
