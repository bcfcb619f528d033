import { existsSync, globSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import {
  type ConfigNode,
  HostwrightError,
  lookUpSshConfig,
  parseSshConfig,
  type SshConfigAnswer,
  thisUser,
} from '@hostwright/core';
import type { NotCarried } from '../carried.ts';
import { readSource } from '../read-source.ts';

/** Words of options by their names in lower case, as ssh would use them. */
export type ConfigOptions = SshConfigAnswer['values'];

export interface ConfigHosts {
  /** Names in `Host` lines, without patterns. */
  readonly names: readonly string[];
  /** What the configuration says of a name, also of one that only patterns fit. */
  readonly optionsOf: (name: string) => ConfigOptions;
}

export interface ConfigPlace {
  /** The file, for messages. */
  readonly where: string;
  /** Folder that relative names of included files begin at; undefined: `~/.ssh`. */
  readonly base: string | undefined;
}

/** Reads a configuration of OpenSSH's client with what it includes. Runs nothing that stands in it. */
export function readConfig(text: string, place: ConfigPlace, notes: NotCarried[]): ConfigHosts {
  const config = nodesOf(text, place, notes, 0);
  return {
    names: [...new Set(namesIn(config))],
    optionsOf: (name) => {
      const query = { alias: name, user: undefined, localUser: thisUser().name };
      const { values, warnings } = lookUpSshConfig(config, query);
      for (const warning of warnings) {
        notes.push({ where: name, what: 'a Match block', why: warning, isLost: true });
      }
      return values;
    },
  };
}

/** OpenSSH's own limit. */
const depthMax = 16;

/** Errors: INVENTORY_INVALID. */
function nodesOf(
  text: string,
  place: ConfigPlace,
  notes: NotCarried[],
  depth: number,
): readonly ConfigNode[] {
  const withIncluded = (node: ConfigNode): ConfigNode => {
    if (node.is === 'setting') return node;
    if (node.is === 'block') return { ...node, body: node.body.map(withIncluded) };
    const files = node.patterns.flatMap((pattern) => filesOf(pattern, place.base));
    if (files.length === 0 || depth >= depthMax) {
      const what = `Include ${node.patterns.join(' ')}`;
      const why = 'there is no such file to include';
      notes.push({ where: place.where, what, why, isLost: depth > 0 });
      return node;
    }
    const included = files.map((where): ConfigNode => {
      const body = nodesOf(readSource({ path: where }), { ...place, where }, notes, depth + 1);
      return { is: 'include', patterns: [], body };
    });
    return { ...node, body: included };
  };
  return parsed(text, place.where).map(withIncluded);
}

function parsed(text: string, where: string): readonly ConfigNode[] {
  try {
    return parseSshConfig(text, where);
  } catch (cause) {
    if (!(cause instanceof HostwrightError)) throw cause;
    throw new HostwrightError('INVENTORY_INVALID', { problem: cause.problem, cause });
  }
}

function namesIn(nodes: readonly ConfigNode[]): readonly string[] {
  return nodes.flatMap((node) => {
    if (node.is === 'setting') return [];
    const { keyword, words } = node.is === 'block' ? node.condition : { keyword: '', words: [] };
    const own = keyword === 'host' ? words.filter((word) => !/[*?!]/.test(word)) : [];
    return [...own, ...namesIn(node.body)];
  });
}

function filesOf(pattern: string, base: string | undefined): readonly string[] {
  const path = withHome(pattern);
  const absolute = isAbsolute(path) ? path : join(base ?? withHome('~/.ssh'), path);
  return globSync(absolute)
    .filter((file) => existsSync(file))
    .toSorted();
}

/** `~/` is the home of whoever runs this. */
export function withHome(path: string): string {
  return path.startsWith('~/') ? join(thisUser().homeFolder, path.slice(2)) : path;
}
