import { type Inventory, play, playbook } from '@hostwright/core';
import { Directory, File, Group, Package, Service, User } from '@hostwright/modules';
import { smallHost } from './small-host.ts';

export function benchPlaybook(inventory: Inventory) {
  return playbook({ inventory, plays: [play({ hosts: 'all', resources: benchResources })] });
}

function benchResources() {
  const { packages, running, enabled, directories, users, files } = smallHost;
  return [
    packages.map((name) => Package({ name })),
    running.map((name) => Service({ name, running: true })),
    enabled.map((name) => Service({ name, running: true, enabled: true })),
    directories.map((path) => Directory({ path, mode: '0755' })),
    users.map((name) => Group({ name })),
    users.map((name) => User({ name, group: name })),
    files.map(({ path, content }) => File({ path, content, mode: '0644' })),
  ];
}
