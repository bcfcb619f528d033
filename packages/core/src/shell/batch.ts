import { randomBytes } from 'node:crypto';
import type { Transport } from '../model/transport.ts';
import { type Answer, type Fragment, frameScript, readFrames } from './frame.ts';
import { outputLines } from './output-lines.ts';

/** Time beside the fragments' own limits: for starting shells and for the network, in milliseconds. */
const overheadMs = 20_000;

export interface BatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of standard output as it arrives. */
  readonly onLine?: (line: string) => void;
}

/** Runs many fragments in one exec round trip. The answers stand in the order of the fragments. */
export async function runBatch(
  transport: Transport,
  fragments: readonly Fragment[],
  { signal, onLine }: BatchOptions = {},
): Promise<readonly Answer[]> {
  if (fragments.length === 0) return [];
  const marker = `M${randomBytes(16).toString('hex')}`;
  const timeoutMs = fragments.reduce((sum, fragment) => sum + fragment.timeoutMs, overheadMs);
  const onOutput = onLine === undefined ? undefined : outputLines(marker, onLine);
  const output = await transport.run(frameScript(fragments, marker), {
    signal,
    onOutput,
    timeoutMs,
  });
  return readFrames(fragments.length, marker, output.stdout, output.stderr);
}
