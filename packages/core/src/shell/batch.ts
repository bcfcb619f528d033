import { randomBytes } from 'node:crypto';
import { asHostwrightError } from '../model/errors.ts';
import type { Transport } from '../model/transport.ts';
import { type Answer, type Fragment, frameScript, readFrames } from './frame.ts';
import { outputLines } from './output-lines.ts';
import { stepVariable } from './step-end.ts';

/** Time beside the fragments' own limits: for starting shells and for the network, in milliseconds. */
const overheadMs = 20_000;

/** How long a script that only reads may take before each of its fragments gets a limit of its own, in milliseconds. */
const quickMs = 20_000;

export interface BatchOptions {
  /** True: no fragment writes, so that all of them may be run a second time. */
  readonly isReadOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of standard output as it arrives. */
  readonly onLine?: (line: string) => void;
  /** Hexadecimal digits by which `awaitStepEnd` finds what the batch started. */
  readonly step?: string;
}

/**
 * Runs many fragments in one exec round trip. The answers stand in the order of the fragments.
 *
 * Fragments that only read are first run without limits of their own, which would cost more than most of them; where
 * that takes too long, all are ended and run again with limits, and the answer says which one hangs.
 */
export async function runBatch(
  transport: Transport,
  fragments: readonly Fragment[],
  options: BatchOptions = {},
): Promise<readonly Answer[]> {
  if (fragments.length === 0) return [];
  if (options.isReadOnly !== true) return runFramed(transport, fragments, options, 'each');
  try {
    return await runFramed(transport, fragments, options, 'none');
  } catch (thrown) {
    if (asHostwrightError(thrown).code !== 'TRANSPORT_TIMEOUT') throw thrown;
    return runFramed(transport, fragments, options, 'each');
  }
}

async function runFramed(
  transport: Transport,
  fragments: readonly Fragment[],
  { signal, onLine, step }: BatchOptions,
  limits: 'each' | 'none',
): Promise<readonly Answer[]> {
  const marker = `M${randomBytes(16).toString('hex')}`;
  const limitMs = fragments.reduce((sum, fragment) => sum + fragment.timeoutMs, overheadMs);
  const onOutput = onLine === undefined ? undefined : outputLines(marker, onLine);
  const mark = step === undefined ? '' : `${stepVariable}=${step}; export ${stepVariable}\n`;
  const output = await transport.run(mark + frameScript(fragments, marker, limits), {
    signal,
    onOutput,
    timeoutMs: limits === 'each' ? limitMs : quickMs,
  });
  return readFrames(fragments.length, marker, output.stdout, output.stderr);
}
