import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { controller } from '../declare/inventory.ts';
import type { Sh } from '../model/sh.ts';
import { runBatch } from '../shell/batch.ts';
import { listLeft } from '../shell/owed.ts';
import { sh } from '../shell/sh.ts';
import { awaitWork, followWork, parseWorks, startWork } from '../shell/work.ts';
import { openLocal } from '../transport/local-transport.ts';
import { type Attempt, runOnce, type Way } from './attempt.ts';
import { newRunLock } from './run-lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-attempt-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const owner = { token: 'abc', name: 'me@here', pid: process.pid, machine: 'here', command: 'test' };
const lock = newRunLock({ owner, waitMs: 0, isDead: () => false, onOrphan: () => undefined });

/** A way whose connections break so many milliseconds after they were asked for. */
function wayThatBreaks(...breaksMs: readonly number[]) {
  let current = openLocal(controller);
  let losses = 0;
  const breakLater = () => {
    const ms = breaksMs[losses];
    const old = current;
    if (ms !== undefined) setTimeout(() => void old.close(), ms);
  };
  breakLater();
  const way: Way = {
    lock,
    transport: () => current,
    reconnect: async () => {
      losses += 1;
      current = openLocal(controller);
      breakLater();
    },
  };
  return { way, losses: () => losses };
}

function attempt(text: Sh, more: Partial<Attempt> = {}): Attempt {
  const rest = { commands: [], timeoutMs: 30_000, longKind: undefined, onLine: () => undefined };
  return { text, around: (inner) => inner, ...rest, ...more };
}

test('R3: a short step whose connection breaks is waited for, and its result is not guessed', async () => {
  const file = join(folder, 'done');
  const { way, losses } = wayThatBreaks(1500);
  const answer = await runOnce(way, attempt(sh`sleep 4; : >${file}`));
  expect([answer.is, losses(), existsSync(file)]).toEqual(['cut off', 1, true]);
});

test('a long step is followed over every connection: its result is known and each line is seen once', async () => {
  const seen: string[] = [];
  const { way, losses } = wayThatBreaks(1500, 1500);
  const text = sh`echo one; sleep 4; echo two; sleep 2; echo why >&2; exit 3`;
  const answer = await runOnce(
    way,
    attempt(text, { longKind: 'Slow', onLine: (line) => seen.push(line) }),
  );
  expect(answer).toMatchObject({ is: 'ran', exitCode: 3 });
  expect(answer.is === 'ran' && answer.stderr.toString()).toContain('why');
  expect([seen, losses()]).toEqual([['one', 'two'], 2]);
}, 60_000);

test('a long step outlives the controller, is listed for the next run, and leaves nothing', async () => {
  const id = 'abcdef0123456789';
  const file = join(folder, 'done');
  const first = openLocal(controller);
  const work = startWork(sh`sleep 2; : >${file}; echo "it's done"`, {
    id,
    what: 'Slow',
    seconds: 30,
  });
  const lost = runBatch(first, [{ text: work, commands: [], timeoutMs: 30_000 }]);
  const refused = expect(lost).rejects.toMatchObject({ code: 'TRANSPORT_CONNECTION_LOST' });
  await delay(1000);
  await first.close();
  await refused;
  const next = openLocal(controller);
  const list = { text: listLeft, commands: [], timeoutMs: 5000 };
  const follow = { text: followWork(id), commands: [], timeoutMs: 30_000 };
  const answers = await runBatch(next, [list, follow, list]);
  const outputs = answers.map((answer) => (answer.is === 'ran' ? answer.stdout.toString() : ''));
  expect(parseWorks(outputs[0] ?? '')).toContain(id);
  expect(outputs[1]).toBe("it's done\n");
  expect(parseWorks(outputs[2] ?? '')).not.toContain(id);
  expect(existsSync(file)).toBe(true);
  await next.close();
});

test('R6: a run that comes second waits for a long step and leaves its result to the run that follows it', async () => {
  const id = 'abcdef0123456780';
  const work = { id, what: 'Slow', seconds: 30 };
  const text = startWork(sh`sleep 3; echo done; exit 7`, work);
  const first = runBatch(openLocal(controller), [{ text, commands: [], timeoutMs: 30_000 }]);
  await delay(1000);
  const wait = { text: awaitWork(id), commands: [], timeoutMs: 30_000 };
  const [second] = await runBatch(openLocal(controller), [wait]);
  expect(second).toMatchObject({ is: 'ran', exitCode: 0 });
  expect(await first).toMatchObject([{ is: 'ran', exitCode: 7, stdout: Buffer.from('done\n') }]);
});
