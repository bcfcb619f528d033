import { asHostwrightError } from '../model/errors.ts';
import type { ProgramNode } from '../model/program.ts';
import { sh } from '../shell/sh.ts';
import { type ApplyRun, wayTo } from './apply-run.ts';
import { cutOff } from './attempt.ts';
import { reread } from './reread.ts';
import { runLocked } from './run-lock.ts';
import { loseHost } from './settle.ts';

/** Beside the wait for the other run, in milliseconds. */
const timeoutMs = 10_000;

/**
 * Where another run had the host while it was read, or may have taken it since and is waited for, what was read may be true no
 * more when that run has ended: the lock is taken before the first change, and the host is read again. Nothing is done where
 * there is nothing to change.
 */
export async function takeTurn(
  run: ApplyRun,
  host: string,
  nodes: readonly ProgramNode[],
): Promise<void> {
  const { ledger, lock, signal } = run;
  const isHeld = run.heldBefore.has(host);
  if (ledger.lost.has(host) || signal.aborted || !(isHeld || lock.waitMs > 0)) return;
  if (!nodes.some((node) => isDue(run, node))) return;
  if (isHeld && lock.waitMs > 0) {
    const seconds = Math.ceil(lock.waitMs / 1000);
    const text = `Another run has this host: waiting for it to end, for ${seconds} s at most.`;
    run.emit({ type: 'warning', host, text });
  }
  try {
    const fragment = { text: sh`:`, commands: [], timeoutMs };
    await cutOff(wayTo(run, host), (transport) => runLocked(lock, transport, fragment, { signal }));
    const seen = nodes.filter(({ id }) => ledger.readings.has(id));
    await reread(run, host, seen);
  } catch (thrown) {
    loseHost(run, host, nodes, asHostwrightError(thrown));
  }
}

function isDue({ steps }: ApplyRun, { id }: ProgramNode): boolean {
  const is = steps.get(id)?.verdict.is;
  return is === 'change' || is === 'refresh' || is === 'unknown';
}
