import { HostwrightError } from '../model/errors.ts';
import type { Emit } from '../model/event.ts';
import type { Host } from '../model/host.ts';
import type { Transport } from '../model/transport.ts';
import { connect } from '../transport/connect.ts';
import { JumpGates } from '../transport/gate.ts';
import { LoginFiles } from '../transport/login-files.ts';
import { type RunSettings, reconnectWaitsMsDefault } from './options.ts';
import { openAgain } from './reconnect.ts';

/** The connections of one run: one per host at a time. */
export interface Connections {
  readonly transports: Map<string, Transport>;
  connect(host: Host): Promise<Transport>;
  /** One more connection to a host that was connected to; whoever asks for it closes it. */
  enter(host: string): Promise<Transport>;
  /**
   * Another connection in place of `lost`, after checking the host key again; nothing to do where it has been replaced
   * already, for something else that ran on it. Fails with `reason`.
   */
  reconnect(host: string, reason: HostwrightError, lost: Transport): Promise<void>;
  /** Exec round trips to a host so far, over all of its connections. */
  roundTrips(host: string): number;
  close(): Promise<void>;
}

export function openConnections(
  settings: RunSettings,
  signal: AbortSignal,
  emit: Emit,
): Connections {
  const open = settings.connect ?? connector(emit);
  const waitsMs = settings.reconnectWaitsMs ?? reconnectWaitsMsDefault;
  const transports = new Map<string, Transport>();
  const known = new Map<string, Host>();
  /** By host: connections that were lost. */
  const lost = new Map<string, ReadonlySet<Transport>>();
  const opening = new Map<string, Promise<void>>();
  let isOver = false;
  const adopt = async (name: string, transport: Transport) => {
    if (isOver) await closeLate(name, transport);
    transports.set(name, transport);
    return transport;
  };
  const replace = async (host: Host, old: Transport, reason: HostwrightError) => {
    const { name } = host;
    const broken = new Set([...(lost.get(name) ?? []), old]);
    lost.set(name, broken);
    await old.close().catch(() => undefined);
    emit({ type: 'warning', host: name, text: `${reason.problem} Connecting again.` });
    const again = () => open(host, signal);
    const transport = await openAgain({ open: again, waitsMs, signal, losses: broken.size });
    if (transport === undefined) throw reason;
    await adopt(name, transport);
  };
  return {
    transports,
    async connect(host) {
      emit({ type: 'host.connecting', host: host.name });
      const transport = await open(host, signal);
      known.set(host.name, host);
      return adopt(host.name, transport);
    },
    async enter(name) {
      const host = known.get(name);
      if (host !== undefined) return open(host, new AbortController().signal);
      throw new HostwrightError('INTERNAL', { problem: 'The host is not known.', host: name });
    },
    async reconnect(name, reason, old) {
      const host = known.get(name);
      if (host === undefined) throw reason;
      if (transports.get(name) !== old) return;
      const replacing = opening.get(name) ?? replace(host, old, reason);
      opening.set(name, replacing);
      await replacing.finally(() => opening.delete(name));
    },
    roundTrips(name) {
      // One that was lost for good is both.
      const all = new Set([...(lost.get(name) ?? []), transports.get(name)]);
      return [...all].reduce((sum, transport) => sum + (transport?.roundTrips ?? 0), 0);
    },
    async close() {
      isOver = true;
      await Promise.allSettled([...transports.values()].map((transport) => transport.close()));
    },
  };
}

/** For a connection that comes to stand when nobody is there to close it any more. Errors: INTERRUPTED. */
async function closeLate(host: string, transport: Transport): Promise<never> {
  await transport.close().catch(() => undefined);
  throw new HostwrightError('INTERRUPTED', { problem: 'The run has ended.', host });
}

/** Connects by what `host.connection` says. Key files are opened once a run, and each warning is given once. */
function connector(emit: Emit): NonNullable<RunSettings['connect']> {
  const shared = { files: new LoginFiles(), jumps: new JumpGates() };
  const warned = new Set<string>();
  const onWarning = (text: string, host?: string) => {
    const key = `${host} ${text}`;
    if (!warned.has(key)) emit({ type: 'warning', text, ...(host === undefined ? {} : { host }) });
    warned.add(key);
  };
  return (host, signal) => connect(host, { ...shared, signal, onWarning });
}
