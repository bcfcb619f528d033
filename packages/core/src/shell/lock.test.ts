import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { syntaxProblems } from '../testing/real-shells.ts';
import {
  isUnwritable,
  keepLock,
  lockHolder,
  releaseLock,
  type TakeLock,
  takeLock,
} from './lock.ts';

let folder = '';
let orphan: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-lock-'));
});
afterEach(() => {
  orphan?.kill('SIGKILL');
  orphan = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const first = {
  token: 'aa',
  name: 'ann@desk',
  pid: 11,
  machine: 'desk 1',
  command: "apply it's.ts",
};
const second = { ...first, token: 'bb', name: 'bob@lap\u001b]0;top', pid: 22 };

type Owner = typeof first;

function scriptOf(owner: Owner, more: Partial<TakeLock> = {}, then = 'echo taken'): string {
  const plain = { owner, place: 'mx1', waitS: 0, isAgain: false, dead: undefined };
  const { script } = takeLock({ ...plain, ...more });
  return `{ ${script}\n${then}\n} </dev/null`;
}

function run(script: string, shell: readonly string[] = ['/bin/sh']) {
  const [program = '', ...args] = shell;
  const env = { PATH: process.env.PATH, HOSTWRIGHT_STATE_FOLDER: folder };
  return spawnSync(program, [...args], { input: script, env, encoding: 'utf8' });
}

/** Who refused the second run; undefined when it was let in. */
function refusal(more: Partial<TakeLock> = {}) {
  const { status, stderr, stdout } = run(scriptOf(second, more));
  if (stdout === 'taken\n') return undefined;
  return lockHolder(status ?? 0, stderr, second.token);
}

test('R6: who comes second is refused, and told owner, process, command and age', () => {
  expect(run(scriptOf(first)).stdout).toBe('taken\n');
  expect(run(scriptOf(first, { isAgain: true })).stdout).toBe('taken\n');
  expect(refusal()).toEqual({ ...first, place: 'mx1', state: 'idle', ageS: expect.any(Number) });
  run(releaseLock('bb', 'mx1').script);
  expect(refusal()).toMatchObject({ token: 'aa' });
  run(releaseLock('aa', 'mx1').script);
  expect(readdirSync(folder)).toEqual(['lock']);
  expect(refusal()).toBeUndefined();
});

test('R6: a second name of the same machine is refused at once, and does not let go of what the first one has', () => {
  run(scriptOf(first));
  const other = { place: 'mail', waitS: 30 };
  for (const more of [other, { ...other, isAgain: true }]) {
    const { status, stderr, stdout } = run(scriptOf(first, more));
    expect(lockHolder(status ?? 0, stderr, 'aa')).toMatchObject({ state: 'twice', place: 'mx1' });
    expect(stdout).toBe('');
  }
  run(releaseLock('aa', 'mail').script);
  expect(refusal()).toMatchObject({ token: 'aa', place: 'mx1' });
  run(releaseLock('aa', 'mx1').script);
  expect(run(scriptOf(first, other)).stdout).toBe('taken\n');
});

test.each(['run.new', 'run.aa'])(
  'a lock that cannot be written to %s is not taken, and says so',
  (name) => {
    symlinkSync('/dev/full', join(folder, name));
    const { status, stderr, stdout } = run(scriptOf(first));
    expect([stdout, isUnwritable(status ?? 0, stderr, 'aa')]).toEqual(['', true]);
    expect(stderr).toMatch(/No space left|I\/O error|write error/);
    expect(isUnwritable(status ?? 0, stderr, 'bb')).toBe(false);
  },
);

test('the wait for another run is measured in time, however long its looks take', () => {
  run(scriptOf(first));
  const began = performance.now();
  const { status } = run(`sleep() { command sleep 3; }\n${scriptOf(second, { waitS: 4 })}`);
  expect([status, performance.now() - began < 9000]).toEqual([75, true]);
});

test('R6: what a dead run has left at work keeps the lock, whatever is known of the run itself', async () => {
  orphan = spawn('/bin/sh', ['-c', scriptOf(first, {}, 'sleep 60 & echo at work; kill -9 $$')], {
    env: { PATH: process.env.PATH, HOSTWRIGHT_STATE_FOLDER: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  await new Promise((resolve) => orphan?.stdout?.once('data', resolve));
  writeFileSync(join(folder, 'run.aa'), '0\n');
  expect(refusal({ dead: 'aa' })).toMatchObject({ state: 'busy', token: 'aa' });
  process.kill(-(orphan.pid ?? 0), 'SIGKILL');
  expect(refusal({ waitS: 5 })).toBeUndefined();
});

test('R6: a lock from before a restart, of a silent run, or of one known to be dead is taken over', () => {
  const renew = () => {
    rmSync(folder, { recursive: true });
    run(scriptOf(first));
  };
  renew();
  expect(refusal({ dead: 'cc' })).toMatchObject({ token: 'aa' });
  expect(refusal({ dead: 'aa' })).toBeUndefined();
  renew();
  const record = readFileSync(join(folder, 'run'), 'utf8').split('\n');
  writeFileSync(join(folder, 'run'), record.with(1, 'another boot').join('\n'));
  expect(refusal()).toBeUndefined();
  renew();
  writeFileSync(join(folder, 'run.aa'), '-100\n');
  expect(refusal()).toBeUndefined();
  expect(existsSync(join(folder, 'run.aa'))).toBe(false);
});

test('R6: a run that lost its lock is refused, and does not take it back', () => {
  run(scriptOf(first));
  writeFileSync(join(folder, 'run.aa'), '-100\n');
  run(keepLock('aa').script);
  expect(refusal()).toMatchObject({ state: 'idle' });
  writeFileSync(join(folder, 'run.aa'), '-100\n');
  run(scriptOf(second));
  const { status, stderr } = run(scriptOf(first, { isAgain: true, waitS: 9 }));
  expect(lockHolder(status ?? 0, stderr, 'aa')).toMatchObject({
    state: 'lost',
    token: 'bb',
    name: 'bob@lap ]0;top',
  });
});

test('without flock(1) the record alone keeps the second run out', () => {
  const bare = (script: string) => run(`command() { [ "$2" != flock ]; }\n${script}`);
  expect(bare(scriptOf(first)).stdout).toBe('taken\n');
  const { status, stderr } = bare(scriptOf(second));
  expect(lockHolder(status ?? 0, stderr, 'bb')).toMatchObject({ token: 'aa' });
  bare(releaseLock('aa', 'mx1').script);
  expect(bare(scriptOf(second)).stdout).toBe('taken\n');
});

test('the scripts are POSIX, and what they protect is run with the umask it had', () => {
  for (const script of [scriptOf(first), keepLock('aa').script, releaseLock('aa', 'mx1').script])
    expect(syntaxProblems(script)).toEqual([]);
  const { stdout } = run(`umask 027\n${scriptOf(first, {}, 'umask')}`);
  expect(stdout.trim()).toMatch(/^0?027$/);
});

test('of five runs at once one gets the host', async () => {
  const tokens = ['a1', 'a2', 'a3', 'a4', 'a5'];
  const codes = await Promise.all(
    tokens.map((token) => {
      const child = spawn('/bin/sh', ['-c', scriptOf({ ...first, token }, {}, 'sleep 0.2')], {
        env: { PATH: process.env.PATH, HOSTWRIGHT_STATE_FOLDER: folder },
        stdio: 'ignore',
      });
      return new Promise((resolve) => child.on('close', resolve));
    }),
  );
  expect(codes.toSorted()).toEqual([0, 75, 75, 75, 75]);
});

test('R43: a run that has rebooted its host still holds it, as of this start', () => {
  run(scriptOf(first));
  const record = () => readFileSync(join(folder, 'run'), 'utf8').split('\n');
  const now = record();
  writeFileSync(join(folder, 'run'), now.with(1, 'the start before').join('\n'));
  expect(run(scriptOf(first, { isAgain: true })).stdout).toBe('taken\n');
  expect(record()[1]).toBe(now[1]);
  expect(refusal()).toMatchObject({ token: 'aa' });
});
