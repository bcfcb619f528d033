/** Variables as `ansible-inventory` prints them: any JSON, with `{ __ansible_vault: … }` and `{ __ansible_unsafe: … }`. */
export type AnsibleVars = Readonly<Record<string, unknown>>;

interface GroupDraft {
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  vars: Record<string, unknown>;
  priority: number;
}

/** Hosts and groups as files name them, before groups are placed in a tree. */
export interface Draft {
  readonly groups: Map<string, GroupDraft>;
  readonly hosts: Map<string, Record<string, unknown>>;
}

export function newDraft(): Draft {
  const draft: Draft = { groups: new Map(), hosts: new Map() };
  addGroup(draft, 'all');
  addGroup(draft, 'ungrouped');
  addChild(draft, 'all', 'ungrouped');
  return draft;
}

export function addGroup({ groups }: Draft, name: string): GroupDraft {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group: GroupDraft = { hosts: new Set(), children: new Set(), vars: {}, priority: 1 };
  groups.set(name, group);
  return group;
}

export function addChild(draft: Draft, parent: string, child: string): void {
  addGroup(draft, child);
  addGroup(draft, parent).children.add(child);
}

/** A port beside the name counts where the host is named first. */
export function addHost(draft: Draft, name: string, group: string, port?: number): void {
  if (!draft.hosts.has(name)) {
    draft.hosts.set(name, port === undefined ? {} : { ansible_port: port });
  }
  addGroup(draft, group).hosts.add(name);
}

export function setGroupVars(draft: Draft, name: string, vars: AnsibleVars): void {
  const group = addGroup(draft, name);
  const { ansible_group_priority: priority, ...others } = vars;
  if (priority !== undefined) group.priority = Number(priority);
  Object.assign(group.vars, others);
}

export function setHostVars({ hosts }: Draft, name: string, vars: AnsibleVars): void {
  hosts.set(name, { ...hosts.get(name), ...vars });
}
