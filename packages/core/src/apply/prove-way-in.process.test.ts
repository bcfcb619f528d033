import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { controller } from '../declare/inventory.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Sh } from '../model/sh.ts';
import { runBatch } from '../shell/batch.ts';
import { listLeft } from '../shell/owed.ts';
import { lines, sh } from '../shell/sh.ts';
import {
  type Armed,
  armWayBack,
  awaitWaysBack,
  forgetWaysBack,
  goBack,
  newArmed,
  parseWaysBack,
  stageWayBack,
} from '../shell/way-back.ts';
import { openLocal } from '../transport/local-transport.ts';
import { problemOf } from './change.ts';
import { type ProvableWay, proofSeconds, underGuard } from './prove-way-in.ts';
import { newRunLock } from './run-lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-way-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const owner = { token: 'abc', name: 'me@here', pid: process.pid, machine: 'here', command: 'test' };
const lock = newRunLock({ owner, waitMs: 0, isDead: () => false, onOrphan: () => undefined });

const at = (name: string) => join(folder, name);
const refused = async () => {
  throw new HostwrightError('TRANSPORT_AUTH_FAILED', { problem: 'Nobody gets in.' });
};

function wayInto(enter: ProvableWay['enter'], wayBackMs = 5000): ProvableWay {
  const transport = openLocal(controller);
  const reconnect = async () => undefined;
  return { lock, transport: () => transport, reconnect, enter, wayBackMs };
}

async function run(text: Sh, transport = openLocal(controller)) {
  const [answer] = await runBatch(transport, [{ text, commands: [], timeoutMs: 20_000 }]);
  return answer?.is === 'ran' ? answer : undefined;
}

/** Changes one file and makes another, with a way back armed; `more` is what the change does beside, `slowly` what going back does. */
async function change(way: ProvableWay, armed: Armed, more: Sh = sh`:`, slowly: Sh = sh`:`) {
  writeFileSync(at("it's old"), 'before');
  const wayBack = {
    paths: [at("it's old"), at('new')],
    restore: lines([slowly, sh`echo restored >${at('restored')}`]),
  };
  const text = lines([
    stageWayBack(armed.id, wayBack),
    armWayBack(armed, { changeSeconds: 15, proofSeconds: proofSeconds(way) }),
    sh`echo after >${at("it's old")}; echo after >${at('new')}`,
    more,
  ]);
  await run(text, way.transport());
  expect(readFileSync(at('new'), 'utf8')).toBe('after\n');
  return undefined;
}

function expectBefore() {
  expect(readFileSync(at("it's old"), 'utf8')).toBe('before');
  expect(existsSync(at('new'))).toBe(false);
  expect(readFileSync(at('restored'), 'utf8')).toBe('restored\n');
}

async function left() {
  return parseWaysBack((await run(listLeft))?.stdout.toString() ?? '');
}

test('R32: a new login takes the timer away, and the change stays', async () => {
  const way = wayInto(async () => openLocal(controller));
  const armed = newArmed();
  expect(await underGuard(way, [armed], () => change(way, armed))).toBeUndefined();
  await delay(6000);
  expect(readFileSync(at('new'), 'utf8')).toBe('after\n');
  expect(existsSync(at('restored'))).toBe(false);
  expect(await left()).toEqual({ ids: [armed.id], isPending: false });
  await run(forgetWaysBack([armed.id]));
  expect(await left()).toEqual({ ids: [], isPending: false });
});

test('R32: the time for the proof begins when the change is done, however long that takes', async () => {
  const way = wayInto(async () => openLocal(controller), 2000);
  const armed = newArmed();
  expect(await underGuard(way, [armed], () => change(way, armed, sh`sleep 5`))).toBeUndefined();
  expect(existsSync(at('restored'))).toBe(false);
  await run(forgetWaysBack([armed.id]));
});

test('R32: where nobody gets in any more, the connection that is still there goes back at once', async () => {
  const way = wayInto(refused, 60_000);
  const armed = newArmed();
  const error = await underGuard(way, [armed], () => change(way, armed));
  expect(error).toMatchObject({ code: 'LOCKED_OUT', problem: expect.stringMatching(/went back/) });
  expectBefore();
  await run(forgetWaysBack([armed.id]));
});

test('R32: going back is not ended half-way by what ends the connection that asked for it', async () => {
  const way = wayInto(refused, 60_000);
  const armed = newArmed();
  await change(way, armed, sh`:`, sh`sleep 4`);
  const asked = { text: goBack(armed), commands: [], timeoutMs: 2500 };
  expect(await runBatch(way.transport(), [asked])).toMatchObject([{ is: 'timed out' }]);
  await run(awaitWaysBack);
  expectBefore();
  await run(forgetWaysBack([armed.id]));
});

test('R32: a proof that comes while the host goes back waits until it has', async () => {
  const enter = async () => {
    await delay(3000);
    return openLocal(controller);
  };
  const way = wayInto(enter, 1000);
  const armed = newArmed();
  const error = await underGuard(way, [armed], () => change(way, armed, sh`:`, sh`sleep 4`));
  expect(error).toMatchObject({ code: 'LOCKED_OUT', problem: expect.stringMatching(/too late/) });
  expectBefore();
  await run(forgetWaysBack([armed.id]));
});

test('R32: a dangerous change that failed half-way is taken back, although everybody gets in', async () => {
  const way = wayInto(async () => openLocal(controller), 60_000);
  const armed = newArmed();
  const failed = new HostwrightError('APPLY_FAILED', { problem: 'Half of it.' });
  const error = await underGuard(way, [armed], async () => (await change(way, armed)) ?? failed);
  expect(error).toBe(failed);
  expectBefore();
  await run(forgetWaysBack([armed.id]));
});

test('R32: a change that cut its connection, and is tried again after the host went back, is a lock-out', async () => {
  const way = wayInto(async () => openLocal(controller), 1000);
  const armed = newArmed();
  const error = await underGuard(way, [armed], async () => {
    await change(way, armed);
    await run(awaitWaysBack);
    const again = await run(armWayBack(armed, { changeSeconds: 1, proofSeconds: 1 }));
    return problemOf(again ?? { is: 'lost' });
  });
  expect(error).toMatchObject({ code: 'LOCKED_OUT', problem: expect.stringMatching(/went back/) });
  expectBefore();
  await run(forgetWaysBack([armed.id]));
});

test('R32: where that connection is gone too, the host goes back by itself, and the run sees it', async () => {
  let isBack = false;
  const way = wayInto(async () => (isBack ? openLocal(controller) : refused()), 3000);
  const armed = newArmed();
  const error = await underGuard(way, [armed], async () => {
    await change(way, armed);
    await way.transport().close();
    setTimeout(() => {
      isBack = true;
    }, 2000);
    throw new HostwrightError('TRANSPORT_CONNECTION_LOST', { problem: 'It broke.' });
  });
  expect(error).toMatchObject({ code: 'LOCKED_OUT', problem: expect.stringMatching(/went back/) });
  expectBefore();
  await run(forgetWaysBack([armed.id]));
});

test('R32: a run that comes after one that died waits until the host has gone back', async () => {
  const way = wayInto(refused, 3000);
  const armed = newArmed();
  await change(way, armed);
  expect(await left()).toEqual({ ids: [armed.id], isPending: true });
  await run(awaitWaysBack);
  expectBefore();
  expect(await left()).toEqual({ ids: [armed.id], isPending: false });
  const again = await run(armWayBack(armed, { changeSeconds: 1, proofSeconds: 1 }));
  expect([again?.exitCode, again?.stderr.toString()]).toEqual([
    1,
    'The host has gone back from this change.\n',
  ]);
  await run(forgetWaysBack([armed.id]));
});
