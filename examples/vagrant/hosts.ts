import { execFileSync } from 'node:child_process';
import { inventory } from '@hostwright/core';
import { fromVagrant, type InventorySource } from '@hostwright/inventories';

/** The machines that `vagrant up` made. VAGRANT_SSH_CONFIG names a file with what `vagrant ssh-config` printed before. */
export function vagrantHosts() {
  const folder = import.meta.dirname;
  const { VAGRANT_DOTFILE_PATH: state = `${folder}/.vagrant` } = process.env;
  const { input } = fromVagrant(sourceOf(folder), { knownHosts: `${state}/known_hosts` });
  return inventory(input);
}

function sourceOf(folder: string): InventorySource {
  const { VAGRANT_SSH_CONFIG: path } = process.env;
  if (path !== undefined) return { path };
  return { text: execFileSync('vagrant', ['ssh-config'], { cwd: folder, encoding: 'utf8' }) };
}
