import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 250;
const limitMs = 180_000;

/** Waits until it is so, for three minutes at most. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('It did not come to be so in time.');
    await sleep(pollMs);
  }
}
