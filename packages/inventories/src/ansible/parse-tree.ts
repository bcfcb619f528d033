import { HostwrightError } from '@hostwright/core';
import type { NotCarried } from '../carried.ts';
import { isRecord } from '../read-source.ts';
import { addChild, addGroup, addHost, type Draft, setGroupVars, setHostVars } from './draft.ts';
import { expandHostPattern } from './host-pattern.ts';

/**
 * Adds what a YAML inventory says: groups with `hosts`, `vars` and `children` in each other. Returns what Ansible
 * itself would skip.
 * Errors: INVENTORY_INVALID.
 */
export function parseTree(draft: Draft, tree: unknown, name: string): readonly NotCarried[] {
  if (!isRecord(tree)) throw invalid(name, 'a mapping of groups is expected');
  if (tree.plugin !== undefined) {
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: `${name} configures the inventory plugin ${String(tree.plugin)} and names no hosts.`,
      remedy: 'Pass on what `ansible-inventory --list` prints for it.',
    });
  }
  return Object.entries(tree).flatMap(([group, data]) => takeGroup(draft, group, data, name));
}

function takeGroup(draft: Draft, name: string, data: unknown, file: string): NotCarried[] {
  if (data !== null && !isRecord(data)) {
    return [skipped(file, name, 'it is no group, since its value is no mapping')];
  }
  addGroup(draft, name);
  return Object.entries(data ?? {}).flatMap(([key, value]) => {
    const section = typeof value === 'string' ? { [value]: null } : value;
    if (section === null) return [];
    if (!isRecord(section)) return [skipped(file, `${name}.${key}`, 'it is no mapping')];
    if (key === 'children') {
      return Object.entries(section).flatMap(([child, childData]) => {
        addChild(draft, name, child);
        return takeGroup(draft, child, childData, file);
      });
    }
    if (key === 'vars') setGroupVars(draft, name, section);
    else if (key === 'hosts') takeHosts(draft, name, section);
    else return [skipped(file, `${name}.${key}`, 'a group has hosts, vars and children only')];
    return [];
  });
}

function takeHosts(draft: Draft, group: string, hosts: Readonly<Record<string, unknown>>): void {
  for (const [pattern, vars] of Object.entries(hosts)) {
    const { names, port } = expandHostPattern(pattern);
    for (const host of names) {
      addHost(draft, host, group, port);
      setHostVars(draft, host, isRecord(vars) ? vars : {});
    }
  }
}

function skipped(where: string, what: string, why: string): NotCarried {
  return { where, what, why: `${why}; Ansible skips it too`, isLost: false };
}

function invalid(name: string, why: string): HostwrightError {
  return new HostwrightError('INVENTORY_INVALID', { problem: `${name}: ${why}.` });
}
