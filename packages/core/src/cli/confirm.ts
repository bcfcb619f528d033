import { createInterface } from 'node:readline/promises';
import { HostwrightError } from '../model/errors.ts';
import type { Console } from './console.ts';

/** A person can be asked: both ends of the conversation are a terminal. */
export function canAsk({ stdin, stderr }: Console): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/**
 * Asks, on standard error; only `yes` and `y` are consent. The end of the input is a no.
 * Errors: INTERRUPTED.
 */
export async function confirm(question: string, { stdin, stderr }: Console): Promise<boolean> {
  const dialog = createInterface({ input: stdin, output: stderr });
  const ended = new AbortController();
  let isInterrupted = false;
  dialog.once('SIGINT', () => {
    isInterrupted = true;
    ended.abort();
  });
  dialog.once('close', () => ended.abort());
  try {
    const answer = await dialog.question(`${question} `, { signal: ended.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (thrown) {
    stderr.write('\n');
    if (!isInterrupted && ended.signal.aborted) return false;
    if (!isInterrupted) throw thrown;
    throw new HostwrightError('INTERRUPTED', {
      problem: 'Interrupted. Nothing was changed.',
      remedy: 'Run again when you are ready.',
    });
  } finally {
    dialog.close();
  }
}
