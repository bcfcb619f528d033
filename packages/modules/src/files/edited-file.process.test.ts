import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  apply,
  type Declarations,
  inventory,
  plan,
  play,
  playbook,
  secret,
} from '@hostwright/core';
import {
  convergeInShell,
  differencesInShell,
  runInShell,
  shellDriver,
  shellsHere,
} from '@hostwright/core/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { File } from './file.ts';
import { FileBlock } from './file-block.ts';
import { FileLine } from './file-line.ts';

const { diff } = FileLine.type;
const driver = shellDriver(FileLine);

type Spec = Parameters<typeof diff>[0];

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'hostwright-edit-'));
});
afterEach(() => {
  rmSync(place, { recursive: true });
});

const at = (name: string) => join(place, name);
/** With the number of what differed before. */
function converge(shell: readonly string[], specs: readonly Spec[]) {
  const converged = convergeInShell(FileLine, shell, specs);
  return { ...converged, changed: converged.changed.length };
}

test.each(shellsHere)(
  'R4: %s: lines of several files arrive byte for byte, all of a file at once, and only once',
  (...shell) => {
    const odd = at("it's $(id) \\ ü");
    const plain = at('-n');
    writeFileSync(odd, Buffer.from('# caf\xe9\r\n#Port 22\r\nlast', 'latin1'));
    writeFileSync(plain, '');
    chmodSync(plain, 0o4751);
    const lines = ["it's $HOME `id` %s \\n \\", 'ü漢\u{1f4ee}', '-n', 'a.*[b]$'];
    const specs = [
      { path: odd, line: 'Port 2222', replaces: '^#?Port\\b' },
      ...lines.flatMap((line) => [odd, plain].map((path) => ({ path, line }))),
    ];
    expect(converge(shell, specs)).toMatchObject({ status: 0, stderr: '', changed: 9 });
    const added = lines.join('\r\n');
    expect(readFileSync(odd)).toEqual(
      Buffer.concat([
        Buffer.from('# caf\xe9\r\nPort 2222\r\nlast\r\n', 'latin1'),
        Buffer.from(`${added}\r\n`),
      ]),
    );
    expect(readFileSync(plain, 'utf8')).toBe(`${lines.join('\n')}\n`);
    expect(statSync(plain).mode & 0o7777).toBe(0o4751);
    expect(converge(shell, specs).changed).toBe(0);
    expect(readdirSync(place)).toHaveLength(2);
  },
);

test.each(shellsHere)(
  'R7: %s: a file that was changed since it was read is left alone, and others are written',
  (...shell) => {
    writeFileSync(at('a'), 'a\n');
    writeFileSync(at('b'), 'b\n');
    const specs = ['a', 'b'].map((name) => ({ path: at(name), line: 'x' }));
    const { script } = driver.apply(differencesInShell(FileLine, shell, specs));
    writeFileSync(at('a'), 'somebody was quicker\n');
    const { status, stderr } = runInShell(shell, script);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `${at('a')}: it was changed since it was read; nothing was written.\n`,
    });
    expect(driver.isStale?.(stderr)).toBe(true);
    expect(readFileSync(at('a'), 'utf8')).toBe('somebody was quicker\n');
    expect(readFileSync(at('b'), 'utf8')).toBe('b\nx\n');
  },
);

test.each(shellsHere)('R31: %s: every validator of a file judges the new copy', (...shell) => {
  writeFileSync(at('rules'), 'good\n');
  const validate = (word: string) => ['sh', '-c', 'grep -q "$2" "$1"', 'judge', '%', word];
  const specs = [
    { path: at('rules'), line: 'fine', validate: validate('fine') },
    { path: at('rules'), line: 'bad', validate: validate('never') },
  ];
  expect(converge(shell, specs)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('the validator refused the new content'),
  });
  expect(readFileSync(at('rules'), 'utf8')).toBe('good\n');
  expect(converge(shell, specs.slice(0, 1))).toMatchObject({ status: 0 });
  expect(readFileSync(at('rules'), 'utf8')).toBe('good\nfine\n');
});

function book(resources: () => Declarations) {
  const hosts = inventory({ hosts: { here: { connection: 'local' } } });
  return playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources })] });
}

test('R4: a file, its lines and its blocks are made by one apply, and a second plan is empty', async () => {
  const path = at('config');
  const resources = () => {
    const first = FileLine({ path, line: 'one' });
    return [
      FileBlock({ path, name: 'own', content: secret('hidden canary\n') }),
      FileLine({ path, line: 'two' }, { needs: [first] }),
      first,
      FileLine({ path, line: 'three' }),
      File({ path, mode: '0600' }),
    ];
  };
  const { outcome, plan: planned } = await apply(book(resources));
  expect(
    outcome.steps.map(({ label, result, error }) => [label.split('[')[0], result, error]),
  ).toEqual(
    ['File', ...Array(4)].map((kind) => [
      kind ?? expect.stringMatching(/^File(Line|Block)$/),
      'changed',
      undefined,
    ]),
  );
  expect(readFileSync(path, 'utf8').split('\n').toSorted()).toEqual([
    '',
    '# BEGIN own',
    '# END own',
    'hidden canary',
    'one',
    'three',
    'two',
  ]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { plan: second } = await plan(book(resources));
  expect(second.steps.map(({ verdict }) => verdict.is)).toEqual(Array(5).fill('unchanged'));
  expect(JSON.stringify([outcome, planned, second])).not.toContain('canary');
});

test('a file with a content of its own, or none that anybody makes, is an error that says so', async () => {
  const line = () => FileLine({ path: at('config'), line: 'one' });
  await expect(
    plan(book(() => [File({ path: at('config'), content: '' }), line()])),
  ).rejects.toMatchObject({
    code: 'CLAIM_TWICE',
    message: expect.stringContaining(`is claimed already, as a whole, by File[${at('config')}]`),
  });
  const { plan: missing } = await plan(book(line));
  expect(missing.steps[0]?.verdict).toMatchObject({
    is: 'error',
    error: {
      code: 'PREREQUISITE_MISSING',
      problem: expect.stringContaining(`the file ${at('config')} does not exist`),
    },
  });
});
