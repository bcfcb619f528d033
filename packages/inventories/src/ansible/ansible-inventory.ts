import type { InventorySource, NotCarried } from '../carried.ts';
import type { AnsibleVars } from './draft.ts';
import { type GroupTree, groupTree } from './group-tree.ts';
import { type AnsibleFormat, readFiles } from './read-files.ts';
import { folderVars } from './vars-folders.ts';

/** An inventory as Ansible understands it, nothing translated yet. */
export interface AnsibleInventory {
  /** Variables of `all`, from the file and from `group_vars/all`. */
  readonly all: AnsibleVars;
  readonly groups: ReadonlyMap<string, AnsibleVars>;
  readonly hosts: ReadonlyMap<string, AnsibleHost>;
  readonly notes: readonly NotCarried[];
}

interface AnsibleHost {
  readonly groups: readonly string[];
  /** Its own variables. */
  readonly own: AnsibleVars;
  /** Everything that Ansible says of it: what `ansible-inventory --host` prints. */
  readonly effective: AnsibleVars;
}

/** Errors: INVENTORY_INVALID. */
export function ansibleInventory(
  source: InventorySource,
  format: AnsibleFormat | undefined,
): AnsibleInventory {
  const { draft, bases, notes } = readFiles(source, format);
  const tree = groupTree(draft);
  const folders = readFolders(tree, bases);
  const hosts = [...tree.hosts].map(([name, { vars, groups }]) => {
    const beside = folders.hosts.get(name) ?? {};
    const effective = Object.assign(
      {},
      tree.groups.get('all')?.vars,
      ...groups.map((group) => tree.groups.get(group)?.vars),
      folders.groups.get('all'),
      ...groups.map((group) => folders.groups.get(group)),
      vars,
      beside,
    );
    return [name, { groups, own: { ...vars, ...beside }, effective }] as const;
  });
  const groups = [...tree.groups].map(
    ([name, { vars }]) => [name, { ...vars, ...folders.groups.get(name) }] as const,
  );
  return {
    all: groups.find(([name]) => name === 'all')?.[1] ?? {},
    groups: new Map(groups.filter(([name]) => name !== 'all')),
    hosts: new Map(hosts),
    notes: [...notes, ...folders.notes],
  };
}

function readFolders(tree: GroupTree, bases: readonly string[]) {
  const notes: NotCarried[] = [];
  const read = (folder: 'group_vars' | 'host_vars', names: Iterable<string>) =>
    new Map(
      [...names].map((name) => {
        const found = bases.map((base) => folderVars(base, folder, name));
        notes.push(...found.flatMap((one) => one.notes));
        return [name, Object.assign({}, ...found.map(({ vars }) => vars)) as AnsibleVars];
      }),
    );
  const groups = read('group_vars', tree.groups.keys());
  return { groups, hosts: read('host_vars', tree.hosts.keys()), notes };
}
