import { setTimeout as delay } from 'node:timers/promises';
import { readingOf } from '../diff/assess-all.ts';
import type { ProgramNode } from '../model/program.ts';
import type { ApplyRun } from './apply-run.ts';

/** Waits for an API that does not answer yet, in milliseconds. */
const apiWaitsMs = [500, 1500, 4000];

/** Reads nodes of one host again, and keeps what was found. Throws when the host is lost. */
export async function reread(
  run: ApplyRun,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<void> {
  if (nodes.length === 0) return;
  for (const [id, reading] of await run.probe(host, nodes)) run.ledger.readings.set(id, reading);
}

/** The same for what could not be known before: an API whose server was started a moment ago is asked more than once. */
export async function rereadPatiently(
  run: ApplyRun,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<void> {
  await reread(run, host, nodes);
  for (const waitMs of apiWaitsMs) {
    const mute = nodes.filter((node) => isMute(run, node));
    if (mute.length === 0 || run.signal.aborted) return;
    await delay(waitMs);
    await reread(run, host, mute);
  }
}

function isMute({ ledger }: ApplyRun, { id, declaration }: ProgramNode): boolean {
  return (
    declaration.type.driver.via === 'remote' && readingOf(ledger.readings, id).is === 'unreadable'
  );
}
