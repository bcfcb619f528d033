import { type HostInput, inventory, type SshSettings } from '@hostwright/core';
import type { Lab } from './lab.ts';

/** The lab's own key and known_hosts; neither an agent nor the configuration of whoever runs the tests. */
export function labSsh({ identityFile, knownHosts }: Pick<Lab, 'identityFile' | 'knownHosts'>) {
  const nothing = { agent: null, config: null };
  return {
    identityFiles: [identityFile],
    knownHosts: [knownHosts],
    ...nothing,
  } satisfies SshSettings;
}

/** Settings that reach a lab host by SSH. */
export function labHostInput(
  lab: Lab,
  name: string,
  user = 'root',
): HostInput<'all-hosts', object> {
  const { address, port } = lab.host(name);
  const ssh = { ...labSsh(lab), port };
  return { address, user, ssh, become: user !== 'root' };
}

/** The whole lab as an inventory, each host under its own name. */
export function labInventory(lab: Lab, user = 'root') {
  const hosts = lab.hosts.map(({ name }) => [name, labHostInput(lab, name, user)] as const);
  return inventory({ hosts: Object.fromEntries(hosts) });
}
