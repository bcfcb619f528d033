import type { Playbook } from '../model/playbook.ts';
import { type HostAnswer, type HostSettings, onHosts } from './on-hosts.ts';

/** Limit for the one round trip, in milliseconds. */
const timeoutMs = 20_000;

/** What `hostwright ping --json` prints. Fields may be added within a version. */
export interface PingReport {
  readonly version: 1;
  readonly hosts: readonly HostAnswer<{
    /** Connecting, checking the host key and logging in, in milliseconds. */
    readonly connectMs: number;
    /** A script there and its answer back, through `become` where there is one, in milliseconds. */
    readonly roundTripMs: number;
    /** Who the script ran as. */
    readonly user: string;
  }>[];
}

/**
 * Whether hosts can be reached, logged in to and worked on as the user of `become`. Writes nothing to any host.
 *
 * Cost: one connection and one exec round trip per host.
 * Errors: PLAYBOOK_INVALID, INTERRUPTED. Hosts that cannot be reached have an error in `hosts`.
 * @example const { hosts } = await ping(playbook, { hosts: ['web'] });
 */
export async function ping(playbook: Playbook, settings: HostSettings = {}): Promise<PingReport> {
  const hosts = await onHosts(playbook, settings, async (transport, { connectMs, signal }) => {
    const began = performance.now();
    const { stdout } = await transport.run('id -un', { timeoutMs, signal });
    const roundTripMs = Math.round(performance.now() - began);
    return { connectMs, roundTripMs, user: stdout.toString('utf8').trim() };
  });
  return Object.freeze({ version: 1, hosts });
}
