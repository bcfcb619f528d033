import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { play, playbook } from '../declare/play.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import type { Transport } from '../model/transport.ts';
import { allEnded } from './all-ended.ts';
import { ping } from './ping.ts';
import { plan } from './plan.ts';

test('the first that failed, in their order, is thrown when all have ended', async () => {
  const ended: string[] = [];
  const work = async (name: string, ms: number, isFine: boolean) => {
    await delay(ms);
    ended.push(name);
    if (!isFine) throw new Error(name);
    return name;
  };
  expect(await allEnded([work('a', 10, true), work('b', 0, true)])).toEqual(['a', 'b']);
  const broken = [work('c', 20, false), work('d', 0, false), work('e', 30, true)];
  await expect(allEnded(broken)).rejects.toThrow('c');
  expect(ended.slice(2)).toEqual(['d', 'c', 'e']);
});

const hosts = inventory({ hosts: { quick: {}, slow: {} } });
const book = playbook({ inventory: hosts, plays: [play({ hosts: 'all', resources: () => [] })] });

test.each([
  ['a plan', plan],
  ['a ping', ping],
] as const)(
  '%s that is interrupted closes no connection over which something is being ended',
  async (_, call) => {
    const controller = new AbortController();
    const log: string[] = [];
    const connect = async ({ name }: Host): Promise<Transport> => ({
      host: name,
      roundTrips: 0,
      async run(_script, { signal }) {
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        if (name === 'slow') await delay(50);
        log.push(`${name} ended`);
        throw new HostwrightError('INTERRUPTED', { problem: 'The run was interrupted.' });
      },
      close: async () => void log.push(`${name} closed`),
    });
    const { signal } = controller;
    const running = call(book, { connect, signal });
    setTimeout(() => controller.abort(), 10);
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(log).toEqual(['quick ended', 'slow ended', 'quick closed', 'slow closed']);
  },
);
