import { expect, test } from '@jest/globals';
import { controller } from '../declare/inventory.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Transport } from '../model/transport.ts';
import { connectSimulated, simulatedHost } from '../testing/simulated-host.ts';
import { openConnections } from './connections.ts';

const reason = new HostwrightError('TRANSPORT_CONNECTION_LOST', { problem: 'It broke.' });

/** Connections to one host, of which every one but the first may be refused. */
async function connections({ isBackAgain = true } = {}) {
  const host = simulatedHost(controller.name);
  let opened = 0;
  const connect = async () => {
    opened += 1;
    if (opened > 1 && !isBackAgain) throw reason;
    return connectSimulated(host);
  };
  const signal = new AbortController().signal;
  const open = openConnections({ connect, reconnectWaitsMs: [0] }, signal, () => undefined);
  const first = await open.connect(controller);
  return { open, first, name: controller.name, opened: () => opened };
}

test('R3: scripts that lose one connection together get one other connection', async () => {
  const { open, first, name, opened } = await connections();
  await Promise.all([open.reconnect(name, reason, first), open.reconnect(name, reason, first)]);
  const second = open.transports.get(name);
  await open.reconnect(name, reason, first);
  expect([opened(), open.transports.get(name) === second, second === first]).toEqual([
    2,
    true,
    false,
  ]);
});

test('each of them is told when the host stays away', async () => {
  const { open, first, name, opened } = await connections({ isBackAgain: false });
  const both = [open.reconnect(name, reason, first), open.reconnect(name, reason, first)];
  const ends = await Promise.allSettled(both);
  expect(ends).toEqual([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  expect(opened()).toBe(2);
});

test("a connection that comes to stand after the run has ended is closed, and is nobody's", async () => {
  const signal = new AbortController().signal;
  const opening = [0, 1].map(() => Promise.withResolvers<Transport>());
  const closed: number[] = [];
  let opened = 0;
  const connect = () => opening[opened++]?.promise ?? Promise.reject(reason);
  const standing = (number: number) => ({
    ...connectSimulated(simulatedHost('controller')),
    close: async () => void closed.push(number),
  });
  const open = openConnections({ connect, reconnectWaitsMs: [0] }, signal, () => undefined);
  const connecting = open.connect(controller);
  opening[0]?.resolve(standing(0));
  const first = await connecting;
  const again = open.reconnect(controller.name, reason, first);
  while (opened < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await open.close();
  opening[1]?.resolve(standing(1));
  await expect(again).rejects.toMatchObject({ code: 'INTERRUPTED' });
  // The first one by the reconnect, and by the end of the run.
  expect(closed).toEqual([0, 0, 1]);
});

test('round trips over a connection that was lost for good count once', async () => {
  const { open, first, name } = await connections({ isBackAgain: false });
  await first.run('', { timeoutMs: 1000 });
  await open.reconnect(name, reason, first).catch(() => undefined);
  await open.reconnect(name, reason, first).catch(() => undefined);
  expect(open.roundTrips(name)).toBe(1);
});
