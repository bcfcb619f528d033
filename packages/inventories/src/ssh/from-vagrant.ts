import { HostwrightError } from '@hostwright/core';
import type { Carried, InventorySource } from '../carried.ts';
import { fromSshConfig, type SshConfigOptions } from './from-ssh-config.ts';

/**
 * The machines of a Vagrantfile, by what `vagrant ssh-config` prints. Vagrant makes the host keys, so that nothing can be
 * known of them before: they are taken from a file of their own, and recorded at the first connection.
 *
 * Errors: INVENTORY_INVALID.
 * @example
 * const text = execFileSync('vagrant', ['ssh-config'], { encoding: 'utf8' });
 * export const hosts = inventory(fromVagrant({ text }, { knownHosts: '.vagrant/known_hosts' }).input);
 */
export function fromVagrant(
  source: InventorySource,
  options: SshConfigOptions & {
    /** Where host keys are recorded; `.vagrant/known_hosts` when left out. */
    readonly knownHosts?: string;
  } = {},
): Carried<Record<string, unknown>> {
  const { knownHosts = '.vagrant/known_hosts' } = options;
  const { input, notes } = fromSshConfig(source, { user: 'vagrant', ...options });
  if (Object.keys(input.hosts).length === 0 && options.only === undefined) {
    const problem = 'This is not what `vagrant ssh-config` prints: it names no host.';
    throw new HostwrightError('INVENTORY_INVALID', { problem });
  }
  const ssh = { knownHosts: [knownHosts], hostKeyPolicy: 'accept-new' } as const;
  const isKeyCheck = (what: string) => /^(stricthostkeychecking|userknownhostsfile) /.test(what);
  return {
    input: { ...input, defaults: { user: 'vagrant', ...input.defaults, ssh, become: true } },
    notes: notes.map((note) =>
      isKeyCheck(note.what)
        ? { ...note, why: `host keys are recorded in ${knownHosts}, and checked`, isLost: false }
        : note,
    ),
  };
}
