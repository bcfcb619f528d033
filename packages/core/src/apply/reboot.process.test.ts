import { expect, test } from '@jest/globals';
import { controller } from '../declare/inventory.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Output, Transport } from '../model/transport.ts';
import { openLocal } from '../transport/local-transport.ts';
import type { ProvableWay } from './prove-way-in.ts';
import { acrossReboot } from './reboot.ts';
import { newRunLock } from './run-lock.ts';

const owner = { token: 'abc', name: 'me@here', pid: process.pid, machine: 'here', command: 'test' };
const lock = newRunLock({ owner, waitMs: 0, isDead: () => false, onOrphan: () => undefined });
const done = {
  is: 'ran',
  exitCode: 0,
  stdout: Buffer.alloc(0),
  stderr: Buffer.alloc(0),
} as const;

/** This machine with another boot id, which the second number stands for. */
function startOf(number: number): Transport {
  const local = openLocal(controller);
  const disguised = (output: Output) => {
    const stdout = output.stdout.toString().replace(/^mark:.*$/m, `mark:start ${number}:1`);
    return { ...output, stdout: Buffer.from(stdout) };
  };
  return {
    host: local.host,
    roundTrips: 0,
    run: async (script, options) => disguised(await local.run(script, options)),
    close: () => local.close(),
  };
}

function wayInto(enter: () => Promise<Transport>) {
  const reconnects: string[] = [];
  const way: ProvableWay = {
    lock,
    wayBackMs: 1000,
    transport: () => startOf(1),
    reconnect: async ({ code }) => {
      reconnects.push(code);
    },
    enter,
  };
  return { way, reconnects };
}

function failing(code: 'TRANSPORT_UNREACHABLE' | 'TRANSPORT_AUTH_FAILED') {
  return async () => {
    throw new HostwrightError(code, { problem: 'Not now.' });
  };
}

test('R43: the run goes on when the host has started anew, over a connection of its own, and not before', async () => {
  const answers = [
    async () => startOf(1),
    failing('TRANSPORT_UNREACHABLE'),
    async () => startOf(2),
  ];
  const { way, reconnects } = wayInto(() =>
    (answers.shift() ?? failing('TRANSPORT_AUTH_FAILED'))(),
  );
  const cut = async () => {
    throw new HostwrightError('TRANSPORT_CONNECTION_LOST', { problem: 'It was quick.' });
  };
  expect(await acrossReboot(way, 60_000, cut)).toMatchObject({ is: 'ran', exitCode: 0 });
  expect([answers.length, reconnects]).toEqual([0, ['TRANSPORT_CONNECTION_LOST']]);
});

test('R43: a host that answers as the old system, or refuses logins, is not back', async () => {
  for (const [enter, why] of [
    [async () => startOf(1), /has not been started anew/],
    [failing('TRANSPORT_AUTH_FAILED'), /Not now/],
  ] as const) {
    const { way, reconnects } = wayInto(enter);
    await expect(acrossReboot(way, 2500, async () => done)).rejects.toMatchObject({
      code: 'HOST_NOT_BACK',
      problem: expect.stringMatching(why),
    });
    expect(reconnects).toEqual([]);
  }
});

test('R43: another host key after a reboot is final, whatever time is left', async () => {
  const { way } = wayInto(async () => {
    throw new HostwrightError('TRANSPORT_HOST_KEY_CHANGED', { problem: 'Another key.' });
  });
  await expect(acrossReboot(way, 60_000, async () => done)).rejects.toMatchObject({
    code: 'TRANSPORT_HOST_KEY_CHANGED',
  });
});

test('a reboot that was refused by the host is not waited for', async () => {
  const { way } = wayInto(async () => startOf(2));
  const refused = { ...done, exitCode: 1 };
  expect(await acrossReboot(way, 60_000, async () => refused)).toBe(refused);
});

test('the machine that the run is on is not rebooted', async () => {
  const { way } = wayInto(async () => startOf(2));
  const own = { ...way, transport: () => openLocal(controller) };
  let isRun = false;
  const run = async () => {
    isRun = true;
    return done;
  };
  await expect(acrossReboot(own, 60_000, run)).rejects.toMatchObject({ code: 'REBOOT_REFUSED' });
  expect(isRun).toBe(false);
});
