import type { AssessInput } from '../diff/assess.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Emit } from '../model/event.ts';
import type { PlanStep } from '../model/plan.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import type { Reading } from '../model/reading.ts';
import type { Transport } from '../model/transport.ts';
import type { Ledger } from './ledger.ts';
import type { Links } from './links.ts';
import type { ProvableWay } from './prove-way-in.ts';
import type { RunLock } from './run-lock.ts';

/** What every layer of a run shares. */
export interface ApplyRun {
  readonly program: Program;
  readonly links: Links;
  readonly steps: ReadonlyMap<string, PlanStep>;
  /** By host: refreshes that an earlier run left undone. */
  readonly owedBefore: ReadonlyMap<string, readonly string[]>;
  /** Hosts with the lock of another run, which may be dead. */
  readonly heldBefore: ReadonlySet<string>;
  readonly ledger: Ledger;
  readonly lock: RunLock;
  /** How long a host waits for the proof that a change shut nobody out, in milliseconds. */
  readonly wayBackMs: number;
  readonly problemsOf: AssessInput['problemsOf'];
  /** Reads nodes again. Throws when the host is lost. */
  readonly probe: (
    host: string,
    nodes: readonly ProgramNode[],
  ) => Promise<ReadonlyMap<string, Reading<unknown>>>;
  readonly transportOf: (host: string) => Transport | undefined;
  /** One more connection, with a login and a become of its own; whoever asks for it closes it. */
  readonly enter: (host: string) => Promise<Transport>;
  /** Another connection in place of one that was lost. Throws the reason where the host stays away. */
  readonly reconnect: (host: string, reason: HostwrightError, lost: Transport) => Promise<void>;
  readonly emit: Emit;
  /** Aborted: what runs is finished, nothing new is begun. */
  readonly signal: AbortSignal;
}

/** The way of a run to one of its hosts. */
export function wayTo(run: ApplyRun, host: string): ProvableWay {
  return {
    enter: () => run.enter(host),
    wayBackMs: run.wayBackMs,
    lock: run.lock,
    transport: () => transportFor(run, host),
    reconnect: (reason, lost) => run.reconnect(host, reason, lost),
  };
}

function transportFor(run: ApplyRun, host: string): Transport {
  const transport = run.transportOf(host);
  if (transport !== undefined) return transport;
  throw new HostwrightError('INTERNAL', { problem: 'There is no connection to the host.', host });
}
