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
import { connect } from '../transport/connect.ts';
import { JumpGates } from '../transport/gate.ts';
import { LoginFiles } from '../transport/login-files.ts';
import { forksDefault, type RunSettings, reconnectWaitsMsDefault } from './options.ts';
import { openAgain } from './reconnect.ts';

/** The connections of one run, one per host, and what went wrong with the others. */
export interface Session {
  readonly queue: HostQueue;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly transports: Map<string, Transport>;
  readonly unreachable: Map<string, HostwrightError>;
  /** Keeps these out of every event and report from now on. */
  hide(secrets: readonly Secret[]): void;
  redacted<T>(value: T): T;
  /** What was thrown, fit to be thrown on: without secrets, its causes too. */
  redactedError(thrown: unknown): unknown;
  connect(host: Host): Promise<Transport>;
  /** One more connection to a host that was connected to; whoever asks for it closes it. */
  enter(host: string): Promise<Transport>;
  /** Another connection in place of one that was lost, after checking the host key again. Fails with `reason`. */
  reconnect(host: string, reason: HostwrightError): Promise<void>;
  /** Exec round trips to a host so far, over all of its connections. */
  roundTrips(host: string): number;
  close(): Promise<void>;
}

export function openSession(settings: RunSettings): Session {
  const transports = new Map<string, Transport>();
  const signal = settings.signal ?? new AbortController().signal;
  const shared = { signal, files: new LoginFiles(), jumps: new JumpGates() };
  const warned = new Set<string>();
  const onWarning = (text: string) => {
    if (!warned.has(text)) emit({ type: 'warning', text });
    warned.add(text);
  };
  const open =
    settings.connect ??
    ((host: Host, ended: AbortSignal) => connect(host, { ...shared, signal: ended, onWarning }));
  const secrets = new Map<string, Secret>();
  const waitsMs = settings.reconnectWaitsMs ?? reconnectWaitsMsDefault;
  const known = new Map<string, Host>();
  /** By host: connections that were lost. */
  const lost = new Map<string, readonly Transport[]>();
  let redact = redactor([]);
  const redacted = <T>(value: T): T => (secrets.size === 0 ? value : redactDeep(value, redact));
  const emit: Emit = (event) => settings.onEvent?.(redacted({ v: 1, at: Date.now(), ...event }));
  return {
    queue: hostQueue(settings.forks ?? forksDefault),
    emit,
    signal,
    transports,
    unreachable: new Map(),
    hide(more) {
      const before = secrets.size;
      for (const secret of more) secrets.set(reveal(secret), secret);
      if (secrets.size > before) redact = redactor([...secrets.values()]);
    },
    redacted,
    redactedError: (thrown) => redactError(thrown, redact),
    async connect(host) {
      emit({ type: 'host.connecting', host: host.name });
      const transport = await open(host, signal);
      known.set(host.name, host);
      transports.set(host.name, transport);
      return transport;
    },
    async enter(name) {
      const host = known.get(name);
      if (host !== undefined) return open(host, new AbortController().signal);
      throw new HostwrightError('INTERNAL', { problem: 'The host is not known.', host: name });
    },
    async reconnect(name, reason) {
      const host = known.get(name);
      const old = transports.get(name);
      if (host === undefined || old === undefined) throw reason;
      const broken = [...(lost.get(name) ?? []), old];
      lost.set(name, broken);
      await old.close().catch(() => undefined);
      emit({ type: 'warning', host: name, text: `${reason.problem} Connecting again.` });
      const again = () => open(host, signal);
      const transport = await openAgain({ open: again, waitsMs, signal, losses: broken.length });
      if (transport === undefined) throw reason;
      transports.set(name, transport);
    },
    roundTrips(name) {
      const all = [...(lost.get(name) ?? []), transports.get(name)];
      return all.reduce((sum, transport) => sum + (transport?.roundTrips ?? 0), 0);
    },
    async close() {
      await Promise.allSettled([...transports.values()].map((transport) => transport.close()));
    },
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
      const transport = await session.connect(host);
      const [answer] = await runBatch(transport, [factsFragment], {
        signal: session.signal,
        isReadOnly: true,
      });
      const found = parseFacts(answer, host.name);
      facts.set(host.name, found);
      session.emit({ type: 'host.facts', host: host.name, facts: found });
    } catch (thrown) {
      const error = asHostwrightError(thrown).with({ host: host.name });
      if (error.code === 'INTERRUPTED') throw error;
      session.unreachable.set(host.name, error);
      session.emit({ type: 'host.unreachable', host: host.name, error: error.toJSON() });
    }
  };
  await Promise.all(hosts.map((host) => session.queue.run(() => gather(host))));
  return facts;
}

/** Fails early when the caller has aborted already. */
export function requireRunning(signal: AbortSignal): void {
  if (signal.aborted)
    throw new HostwrightError('INTERRUPTED', { problem: 'The run was interrupted.' });
}
