import { limitOf } from '../compile/limit.ts';
import { controller } from '../declare/inventory.ts';
import { asHostwrightError, type ErrorRecord } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import type { Playbook } from '../model/playbook.ts';
import { secretsOfHost } from '../model/redact.ts';
import type { Transport } from '../model/transport.ts';
import { allEnded } from './all-ended.ts';
import { namedHosts } from './named-hosts.ts';
import type { AskSettings } from './options.ts';
import { requireAskSettings, requirePlaybook } from './require-settings.ts';
import { openSession, requireRunning, type Session } from './session.ts';

export interface HostSettings extends AskSettings {
  /** Hosts, groups and patterns, as in a limit; every host of the inventory when left out. Of these, those that `limit` has. */
  readonly hosts?: readonly string[];
}

/** What one host said, or why it said nothing. */
export type HostAnswer<Answer> =
  | ({ readonly host: string; readonly error?: never } & Answer)
  | { readonly host: string; readonly error: ErrorRecord };

type HostWork<Answer> = (
  transport: Transport,
  given: { readonly connectMs: number; readonly signal: AbortSignal },
) => Promise<Answer>;

/**
 * Connects to hosts and does something on each, at most `forks` at once. A host that fails does not stop the others.
 * Errors: PLAYBOOK_INVALID, LIMIT_INVALID for a name that is no host and no group, SETTINGS_INVALID, INTERRUPTED.
 */
export async function onHosts<Answer extends object>(
  playbook: Playbook,
  { hosts: names, ...settings }: HostSettings,
  work: HostWork<Answer>,
): Promise<readonly HostAnswer<Answer>[]> {
  requireAskSettings(settings);
  requirePlaybook(playbook);
  const { inventory } = playbook;
  const limit = limitOf(inventory, controller, settings.limit);
  const hosts = namedHosts(inventory, names).filter(
    (host) => host !== controller && (limit?.has(host.name) ?? true),
  );
  const session = openSession(settings);
  session.hide(hosts.flatMap(secretsOfHost));
  const ask = (host: Host) =>
    answerOf(session, host.name, async () => {
      const began = performance.now();
      const transport = await session.connect(host);
      const connectMs = Math.round(performance.now() - began);
      return work(transport, { connectMs, signal: session.signal });
    });
  try {
    return await allEnded(hosts.map((host) => session.queue.run(() => ask(host))));
  } finally {
    await session.close();
  }
}

/**
 * What a host says, or why it says nothing.
 * Errors: INTERRUPTED.
 */
export async function answerOf<Answer extends object>(
  session: Session,
  host: string,
  work: () => Promise<Answer>,
): Promise<HostAnswer<Answer>> {
  try {
    requireRunning(session.signal);
    return session.redacted({ host, ...(await work()) });
  } catch (thrown) {
    const error = asHostwrightError(thrown).with({ host });
    if (error.code === 'INTERRUPTED') throw error;
    return session.redacted({ host, error: error.toJSON() });
  }
}
