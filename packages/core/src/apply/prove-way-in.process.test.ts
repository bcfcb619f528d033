import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { controller } from '../declare/inventory.ts';
import { HostwrightError } from '../model/errors.ts';
import { runBatch } from '../shell/batch.ts';
import { lines, sh } from '../shell/sh.ts';
import { armWayBack, forgetWaysBack, newArmed, stageWayBack } from '../shell/way-back.ts';
import { openLocal } from '../transport/local-transport.ts';
import { type ProvableWay, proveWayIn } from './prove-way-in.ts';
import { newRunLock } from './run-lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-way-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const owner = { token: 'abc', name: 'me@here', pid: process.pid, machine: 'here', command: 'test' };
const lock = newRunLock({ owner, waitMs: 0, isDead: () => false });

const at = (name: string) => join(folder, name);
const refused = async () => {
  throw new HostwrightError('TRANSPORT_AUTH_FAILED', { problem: 'Nobody gets in.' });
};

function wayInto(enter: ProvableWay['enter']): ProvableWay {
  const transport = openLocal(controller);
  return { lock, transport: () => transport, reconnect: async () => undefined, enter };
}

/** Changes one file and makes another, with a way back armed for so many seconds. */
async function change(way: ProvableWay, seconds: number) {
  writeFileSync(at("it's old"), 'before');
  const armed = newArmed();
  const wayBack = {
    paths: [at("it's old"), at('new')],
    restore: sh`echo restored >${at('restored')}`,
  };
  const text = lines([
    stageWayBack(armed.id, wayBack),
    armWayBack(armed, seconds),
    sh`echo after >${at("it's old")}; echo after >${at('new')}`,
  ]);
  await runBatch(way.transport(), [{ text, commands: [], timeoutMs: 10_000 }]);
  expect(readFileSync(at('new'), 'utf8')).toBe('after\n');
  return armed;
}

function expectBefore() {
  expect(readFileSync(at("it's old"), 'utf8')).toBe('before');
  expect(existsSync(at('new'))).toBe(false);
  expect(readFileSync(at('restored'), 'utf8')).toBe('restored\n');
}

async function forget(id: string) {
  const text = forgetWaysBack([id]);
  await runBatch(openLocal(controller), [{ text, commands: [], timeoutMs: 10_000 }]);
}

test('R32: a new login takes the timer away, and the change stays', async () => {
  const way = wayInto(async () => openLocal(controller));
  const armed = await change(way, 5);
  expect(await proveWayIn(way, armed)).toBeUndefined();
  await delay(6000);
  expect(readFileSync(at('new'), 'utf8')).toBe('after\n');
  expect(existsSync(at('restored'))).toBe(false);
  await forget(armed.id);
});

test('R32: where nobody gets in any more, the connection that is still there goes back at once', async () => {
  const way = wayInto(refused);
  const armed = await change(way, 60);
  const error = await proveWayIn(way, armed);
  expect(error).toMatchObject({ code: 'LOCKED_OUT', problem: expect.stringMatching(/went back/) });
  expectBefore();
  await forget(armed.id);
});

test('R32: where that connection is gone too, the host goes back by itself, and the run sees it', async () => {
  let isBack = false;
  const way = wayInto(async () => (isBack ? openLocal(controller) : refused()));
  const armed = await change(way, 4);
  await way.transport().close();
  setTimeout(() => {
    isBack = true;
  }, 2000);
  const error = await proveWayIn(way, armed, 5);
  expect(error).toMatchObject({ code: 'LOCKED_OUT', problem: expect.stringMatching(/went back/) });
  expectBefore();
  await forget(armed.id);
});
