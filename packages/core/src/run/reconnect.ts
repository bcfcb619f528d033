import { setTimeout as delay } from 'node:timers/promises';
import { asHostwrightError, type HostwrightError } from '../model/errors.ts';
import type { Transport } from '../model/transport.ts';

/** Connections that a host may lose in one run. One that breaks all the time gets nothing done. */
const lossesMax = 10;

export interface ReconnectInput {
  readonly open: () => Promise<Transport>;
  readonly waitsMs: readonly number[];
  readonly signal: AbortSignal;
  /** Connections that this host has lost in this run, this one included. */
  readonly losses: number;
}

/**
 * Connects again after a loss, with growing waits. Only a host that does not answer is asked again: another host key
 * and a refused login are final. Undefined when the host stays away.
 */
export async function openAgain(input: ReconnectInput): Promise<Transport | undefined> {
  if (input.losses > lossesMax) return undefined;
  for (const waitMs of input.waitsMs) {
    await delay(waitMs, undefined, { signal: input.signal }).catch(() => undefined);
    if (input.signal.aborted) return undefined;
    try {
      return await input.open();
    } catch (thrown) {
      if (!mayPass(asHostwrightError(thrown))) throw thrown;
    }
  }
  return undefined;
}

function mayPass({ code }: HostwrightError): boolean {
  return code === 'TRANSPORT_UNREACHABLE' || code === 'TRANSPORT_CONNECTION_LOST';
}
