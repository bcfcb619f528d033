import { dirname } from 'node:path';
import { type HostInput, thisUser } from '@hostwright/core';
import type { Carried, InventorySource, NotCarried } from '../carried.ts';
import { isName } from '../host-names.ts';
import { mergeNotes } from '../notes.ts';
import { readSource } from '../read-source.ts';
import { configHost } from './config-host.ts';
import { readConfig, withHome } from './read-config.ts';

export interface SshConfigOptions {
  /** Which of the names in `Host` lines become hosts; all when left out. */
  readonly only?: (name: string) => boolean;
  /** Groups of a host; none when left out. */
  readonly groups?: (name: string) => readonly string[];
  /** Who logs in where the file does not say; who runs this when left out, as with ssh. */
  readonly user?: string;
}

/**
 * The hosts of a configuration of OpenSSH's client, `~/.ssh/config` when no source is given. Every name in a `Host` line
 * becomes a host; patterns such as `*.example.com` only give settings. `Include` is followed, commands are not run.
 *
 * Errors: INVENTORY_INVALID.
 * @example
 * const { input } = fromSshConfig(undefined, { only: (name) => name.startsWith('web') });
 * export const hosts = inventory({ ...input, defaults: { ...input.defaults, become: true } });
 */
export function fromSshConfig(
  source: InventorySource = { path: '~/.ssh/config' },
  options: SshConfigOptions = {},
): Carried<Record<string, unknown>> {
  const { only = () => true, groups = () => [], user = thisUser().name } = options;
  const path = 'path' in source ? withHome(source.path) : undefined;
  const text = readSource(path === undefined ? source : { path });
  const base = path === undefined ? undefined : dirname(path);
  const notes: NotCarried[] = [];
  const where = path ?? 'the configuration';
  const config = readConfig(text, { where, base }, notes);
  const hosts: Record<string, HostInput<string, Record<string, unknown>>> = {};
  for (const name of config.names) {
    if (!only(name)) continue;
    if (!isName(name)) {
      const why = 'a name has letters, digits, dots, dashes and underscores';
      notes.push({ where, what: `Host ${name}`, why, isLost: true });
      continue;
    }
    const host = configHost(name, { ...config, login: user, notes });
    hosts[name] = { ...host, groups: [...groups(name)] };
  }
  return { input: { hosts, defaults: { user } }, notes: mergeNotes(notes) };
}
