import { isRecord } from '../read-source.ts';
import { addChild, addGroup, addHost, type Draft, setGroupVars, setHostVars } from './draft.ts';

/** Whether a value is what `ansible-inventory --list` and inventory scripts print, and no inventory file. */
export function isList(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  if ('_meta' in value) return true;
  return Object.values(value).some(
    (group) => Array.isArray(group) || (isRecord(group) && Array.isArray(group.hosts)),
  );
}

/** Adds what `ansible-inventory --list`, or an inventory script, printed. */
export function parseList(draft: Draft, list: Readonly<Record<string, unknown>>): void {
  const { _meta: facts, ...groups } = list;
  for (const [name, data] of Object.entries(groups)) {
    const group = Array.isArray(data) ? { hosts: data } : isRecord(data) ? data : {};
    addGroup(draft, name);
    for (const child of namesIn(group.children)) addChild(draft, name, child);
    for (const host of namesIn(group.hosts)) addHost(draft, host, name);
    if (isRecord(group.vars)) setGroupVars(draft, name, group.vars);
  }
  const hostvars = isRecord(facts) && isRecord(facts.hostvars) ? facts.hostvars : {};
  for (const [host, vars] of Object.entries(hostvars)) {
    if (!draft.hosts.has(host)) addHost(draft, host, 'all');
    if (isRecord(vars)) setHostVars(draft, host, vars);
  }
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
