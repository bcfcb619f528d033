import type { Playbook } from '../model/playbook.ts';
import { Sh } from '../model/sh.ts';
import { sh } from '../shell/sh.ts';
import { type HostAnswer, type HostSettings, onHosts } from './on-hosts.ts';

/** Limit when none is given, in milliseconds. */
const timeoutDefaultMs = 600_000;

export interface CommandSettings extends HostSettings {
  /** Limit for the command on each host, in milliseconds; 600000 when left out. */
  readonly timeoutMs?: number;
}

/** What `hostwright run --json` prints. Fields may be added within a version. */
export interface CommandReport {
  readonly version: 1;
  readonly hosts: readonly HostAnswer<{
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
    readonly ms: number;
  }>[];
}

/**
 * Runs a command on hosts, once, as the user of `become`: words, which no shell reads, or shell text made by `sh`. It is not part of any declaration: nothing is read before or
 * after it, and the next plan knows nothing of it.
 *
 * Errors: PLAYBOOK_INVALID, INTERRUPTED. Hosts that cannot be reached have an error in `hosts`; another exit code than 0 is
 * an answer.
 * @example await runCommand(playbook, sh`systemctl is-active ${'nginx'}`, { hosts: ['web'] });
 */
export async function runCommand(
  playbook: Playbook,
  command: Sh | readonly string[],
  { timeoutMs = timeoutDefaultMs, ...settings }: CommandSettings = {},
): Promise<CommandReport> {
  const { script } = command instanceof Sh ? command : sh`${command}`;
  const hosts = await onHosts(playbook, settings, async (transport, { signal }) => {
    const began = performance.now();
    const { exitCode, stdout, stderr } = await transport.run(script, { timeoutMs, signal });
    return {
      exitCode,
      stdout: stdout.toString('utf8'),
      stderr: stderr.toString('utf8'),
      ms: Math.round(performance.now() - began),
    };
  });
  return Object.freeze({ version: 1, hosts });
}
