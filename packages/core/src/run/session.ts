import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { Emit } from '../model/event.ts';
import type { Facts } from '../model/facts.ts';
import type { Host } from '../model/host.ts';
import { redactDeep, redactError, redactor } from '../model/redact.ts';
import { reveal, type Secret } from '../model/secret.ts';
import type { Transport } from '../model/transport.ts';
import { factsFragment, parseFacts } from '../probe/facts.ts';
import { type HostQueue, hostQueue } from '../schedule/host-queue.ts';
import { runBatch } from '../shell/batch.ts';
import { allEnded } from './all-ended.ts';
import { type Connections, openConnections } from './connections.ts';
import { forksDefault, type RunSettings } from './options.ts';

/** What one run shares: connections, and what went wrong with hosts that have none. */
export interface Session extends Connections {
  readonly queue: HostQueue;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly unreachable: Map<string, HostwrightError>;
  /** Keeps these out of every event and report from now on. */
  hide(secrets: readonly Secret[]): void;
  redacted<T>(value: T): T;
  /** What was thrown, fit to be thrown on: without secrets, its causes too. */
  redactedError(thrown: unknown): unknown;
}

export function openSession(settings: RunSettings): Session {
  const signal = settings.signal ?? new AbortController().signal;
  const secrets = new Map<string, Secret>();
  let redact = redactor([]);
  const redacted = <T>(value: T): T => (secrets.size === 0 ? value : redactDeep(value, redact));
  const emit: Emit = (event) => settings.onEvent?.(redacted({ v: 1, at: Date.now(), ...event }));
  return {
    ...openConnections(settings, signal, emit),
    queue: hostQueue(settings.forks ?? forksDefault),
    emit,
    signal,
    unreachable: new Map(),
    hide(more) {
      const before = secrets.size;
      for (const secret of more) secrets.set(reveal(secret), secret);
      if (secrets.size > before) redact = redactor([...secrets.values()]);
    },
    redacted,
    redactedError: (thrown) => redactError(thrown, redact),
  };
}

/** Connects to all hosts and reads their facts: the first round trip. A host that fails does not stop the others. */
export async function gatherFacts(
  session: Session,
  hosts: readonly Host[],
): Promise<ReadonlyMap<string, Facts>> {
  const facts = new Map<string, Facts>();
  const gather = async (host: Host) => {
    try {
      requireRunning(session.signal);
      const transport = await session.connect(host);
      const [answer] = await runBatch(transport, [factsFragment], {
        signal: session.signal,
        isReadOnly: true,
      });
      const found = parseFacts(answer, host.name);
      facts.set(host.name, found);
      session.emit({ type: 'host.facts', host: host.name, facts: found });
    } catch (thrown) {
      const error = asHostwrightError(thrown).with({ host: host.name, stage: 'facts' });
      if (error.code === 'INTERRUPTED') throw error;
      session.unreachable.set(host.name, error);
      session.emit({ type: 'host.unreachable', host: host.name, error: error.toJSON() });
    }
  };
  await allEnded(hosts.map((host) => session.queue.run(() => gather(host))));
  return facts;
}

/** The connection to a host that was connected to. */
export function transportOf({ transports }: Session, host: string): Transport {
  const transport = transports.get(host);
  if (transport !== undefined) return transport;
  throw new HostwrightError('INTERNAL', { problem: 'There is no connection to the host.', host });
}

/** Fails early when the caller has aborted already. */
export function requireRunning(signal: AbortSignal): void {
  if (signal.aborted)
    throw new HostwrightError('INTERRUPTED', { problem: 'The run was interrupted.' });
}
