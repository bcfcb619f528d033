import { type HostInput, inventory } from '@hostwright/core';
import type { Lab } from './lab.ts';

/** Settings that reach a lab host by SSH: its own key and known_hosts, no agent. */
export function labHostInput(
  lab: Lab,
  name: string,
  user = 'root',
): HostInput<'all-hosts', object> {
  const { address, port, identityFile, knownHosts } = lab.host(name);
  const ssh = {
    port,
    identityFiles: [identityFile],
    knownHosts: [knownHosts],
    agent: null,
    config: null,
  };
  return { address, user, ssh, become: user !== 'root' };
}

/** The whole lab as an inventory, each host under its own name. */
export function labInventory(lab: Lab, user = 'root') {
  const hosts = lab.hosts.map(({ name }) => [name, labHostInput(lab, name, user)] as const);
  return inventory({ hosts: Object.fromEntries(hosts) });
}
