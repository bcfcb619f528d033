import type { Declaration } from '@hostwright/core';
import { File } from '@hostwright/modules';

/** A unit of systemd that the host itself brings. `name` with its kind: `mail-backup.timer`. */
export function unitFile(name: string, content: string): Declaration {
  const path = `/etc/systemd/system/${name}`;
  return File({ path, content, owner: 'root', group: 'root', mode: '0644' });
}
