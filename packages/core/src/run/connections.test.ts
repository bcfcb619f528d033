import { expect, test } from '@jest/globals';
import { controller } from '../declare/inventory.ts';
import { HostwrightError } from '../model/errors.ts';
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
