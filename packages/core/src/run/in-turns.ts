import { setImmediate as turn } from 'node:timers/promises';
import type { Work } from '../model/work.ts';

/** Milliseconds at a stretch. */
const stretchMs = 20;

/** The result of a computation between whose parts everything else of this process gets its turn. */
export async function inTurns<T>(work: Work<T>): Promise<T> {
  for (let began = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() - began < stretchMs) continue;
    await turn();
    began = performance.now();
  }
}
