import { keepHeld, newRunLock, type RunLock, release } from '../apply/run-lock.ts';
import type { Host } from '../model/host.ts';
import { answerFor, isDeadHere, lockOwner } from './lock-owner.ts';
import type { RunSettings } from './options.ts';
import type { Session } from './session.ts';

/** Well below the silence after which a lock counts as left behind. */
const keepEveryMs = 15_000;

/** The lock of a run on its hosts, and what keeps it alive while it is idle. */
export interface HostLock extends RunLock {
  /** Lets go of these hosts, or of all. A host that does not answer is left to the silence. */
  release(hosts: Iterable<string>): Promise<void>;
  /** Ends the signs of life: what is still held then is left to whoever comes. */
  end(): void;
}

export function hostLock(
  settings: RunSettings,
  session: Session,
  hosts: readonly Host[],
): HostLock {
  const owner = lockOwner(settings.command);
  // Of these the inventory itself says that they are one machine.
  const here = new Set(
    hosts.filter(({ connection }) => connection !== 'ssh').map(({ name }) => name),
  );
  const endAnswers = answerFor(owner);
  const lock = newRunLock({
    owner,
    placeOf: (host) => (here.has(host) ? 'this machine' : host),
    waitMs: settings.lockWaitMs ?? 0,
    isDead: (holder) => isDeadHere(owner, holder),
    onOrphan: (host, { name, command }) => {
      const text = `A step of a run that has ended (${name}: ${command}) is still at work: waiting for it.`;
      session.emit({ type: 'warning', host, text });
    },
  });
  const keep = async (host: string) => {
    const transport = session.transports.get(host);
    if (transport === undefined || lock.busy.get(host)) return;
    // Where it is lost, the next change finds out.
    await keepHeld(lock, transport).catch(() => undefined);
  };
  const timer = setInterval(() => {
    for (const host of lock.held) void keep(host);
  }, keepEveryMs);
  timer.unref();
  return {
    ...lock,
    async release(hosts) {
      const letGo = [...hosts].map(async (host) => {
        const transport = session.transports.get(host);
        if (transport === undefined || !lock.touched.has(host)) return;
        await session.queue.run(() => release(lock, transport)).catch(() => undefined);
      });
      await Promise.all(letGo);
    },
    end() {
      clearInterval(timer);
      endAnswers();
    },
  };
}
