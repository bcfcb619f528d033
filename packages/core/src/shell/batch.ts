import { randomBytes } from 'node:crypto';
import type { RunOptions, Transport } from '../model/transport.ts';
import { type Answer, type Fragment, frameScript, readFrames } from './frame.ts';

/** Time beside the fragments' own limits: for starting shells and for the network, in milliseconds. */
const overheadMs = 20_000;

/** Runs many fragments in one exec round trip. The answers stand in the order of the fragments. */
export async function runBatch(
  transport: Transport,
  fragments: readonly Fragment[],
  options: Pick<RunOptions, 'signal' | 'onOutput'> = {},
): Promise<readonly Answer[]> {
  if (fragments.length === 0) return [];
  const marker = `M${randomBytes(16).toString('hex')}`;
  const timeoutMs = fragments.reduce((sum, fragment) => sum + fragment.timeoutMs, overheadMs);
  const output = await transport.run(frameScript(fragments, marker), { ...options, timeoutMs });
  return readFrames(fragments.length, marker, output.stdout, output.stderr);
}
