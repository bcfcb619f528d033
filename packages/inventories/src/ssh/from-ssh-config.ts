import { existsSync, globSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { HostInput } from '@hostwright/core';
import type { Carried, InventorySource, NotCarried } from '../carried.ts';
import { isName } from '../host-names.ts';
import { mergeNotes } from '../notes.ts';
import { readSource } from '../read-source.ts';
import { configHost } from './config-host.ts';
import { readConfig } from './read-config.ts';

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
  const { only = () => true, groups = () => [], user = userInfo().username } = options;
  const path = 'path' in source ? withHome(source.path) : undefined;
  const text = readSource(path === undefined ? source : { path });
  const base = path === undefined ? undefined : dirname(path);
  const notes: NotCarried[] = [];
  const config = readConfig(withIncludes(text, base, notes));
  const where = path ?? 'the configuration';
  for (const pattern of config.matchCommands) {
    const why = 'commands are not run, so that this condition is never met';
    notes.push({ where, what: `Match ${pattern}`, why, isLost: true });
  }
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

/** OpenSSH's own limit is 16. */
const depthMax = 16;

/**
 * The text with included files in it. Behind each the block that it stands in begins again: what comes after an `Include`
 * at the top of a file is for all hosts, and not for the last one that was included.
 */
function withIncludes(
  text: string,
  base: string | undefined,
  notes: NotCarried[],
  depth = 0,
  outer = 'Host *',
): string {
  let block = outer;
  const lines = text.split('\n').flatMap((line): readonly string[] => {
    if (/^[ \t]*(host|match)[ \t=]/i.test(line)) block = line;
    const list = /^[ \t]*include[ \t=]+(.+?)\s*$/i.exec(line)?.[1];
    if (list === undefined) return [line];
    const patterns = list.match(/"[^"]*"|\S+/g) ?? [];
    const files = patterns.flatMap((pattern) => filesOf(pattern.replaceAll('"', ''), base));
    if (files.length === 0 || depth >= depthMax) {
      const why = 'there is no such file to include';
      notes.push({ where: base ?? 'the configuration', what: line.trim(), why, isLost: depth > 0 });
      return [];
    }
    const included = files.map((file) =>
      withIncludes(readFileSync(file, 'utf8'), base, notes, depth + 1, block),
    );
    return [...included.flatMap((more) => [block, more]), block];
  });
  return lines.join('\n');
}

function filesOf(pattern: string, base: string | undefined): readonly string[] {
  const path = withHome(pattern);
  const absolute = isAbsolute(path) ? path : join(base ?? join(homedir(), '.ssh'), path);
  return globSync(absolute)
    .filter((file) => existsSync(file))
    .toSorted();
}

function withHome(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
