import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { JumpGates } from './gate.ts';

test('R26 four handshakes at once with one jump host, and others do not wait for it', async () => {
  const gates = new JumpGates();
  let inside = 0;
  let most = 0;
  const knock = async () => {
    const leave = await gates.enter('bastion:22', undefined);
    inside += 1;
    most = Math.max(most, inside);
    await delay(2);
    inside -= 1;
    leave();
  };
  const knocks = Array.from({ length: 40 }, knock);
  const leave = await gates.enter('other:22', undefined);
  expect(inside).toBe(4);
  leave();
  await Promise.all(knocks);
  expect([most, inside]).toEqual([4, 0]);
});

test('R26 who is interrupted while waiting gives up the place in the line', async () => {
  const gates = new JumpGates();
  const places = await Promise.all([1, 2, 3, 4].map(() => gates.enter('b', undefined)));
  const controller = new AbortController();
  const waiting = gates.enter('b', controller.signal);
  const next = gates.enter('b', undefined);
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
  places[0]?.();
  await expect(next).resolves.toBeInstanceOf(Function);
});
