import { HostwrightError } from '@hostwright/core';
import type { AnsibleVars, Draft } from './draft.ts';

/** Groups in their tree, hosts with all groups they are in. */
export interface GroupTree {
  readonly groups: ReadonlyMap<string, { readonly vars: AnsibleVars }>;
  readonly hosts: ReadonlyMap<
    string,
    {
      readonly vars: AnsibleVars;
      /** Without `all`, in the order in which variables win: the last one wins. */
      readonly groups: readonly string[];
    }
  >;
}

/**
 * Every group with `all` above it, every host with its groups and theirs.
 * Errors: INVENTORY_INVALID for groups that are in each other.
 */
export function groupTree(draft: Draft): GroupTree {
  const parents = new Map<string, Set<string>>();
  for (const [name, { children }] of draft.groups) {
    for (const child of children) parents.set(child, (parents.get(child) ?? new Set()).add(name));
  }
  const depths = new Map<string, number>();
  for (const name of draft.groups.keys()) depthOf(name, parents, depths, []);
  const rank = (name: string) => [depths.get(name) ?? 0, draft.groups.get(name)?.priority ?? 1];
  const inOrder = [...draft.groups.keys()].sort((one, other) => {
    const [[depth = 0, priority = 0], [otherDepth = 0, otherPriority = 0]] = [
      rank(one),
      rank(other),
    ];
    return depth - otherDepth || priority - otherPriority || (one < other ? -1 : 1);
  });
  const groupsOf = hostGroups(draft, parents);
  return {
    groups: new Map(inOrder.map((name) => [name, { vars: draft.groups.get(name)?.vars ?? {} }])),
    hosts: new Map(
      [...draft.hosts].map(([host, vars]) => {
        const mine = groupsOf.get(host) ?? new Set();
        return [host, { vars, groups: inOrder.filter((name) => mine.has(name)) }];
      }),
    ),
  };
}

function depthOf(
  name: string,
  parents: ReadonlyMap<string, ReadonlySet<string>>,
  depths: Map<string, number>,
  path: readonly string[],
): number {
  const known = depths.get(name);
  if (known !== undefined) return known;
  if (path.includes(name)) {
    const loop = [...path.slice(path.indexOf(name)), name].join(' → ');
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: `Groups are in each other: ${loop}.`,
    });
  }
  const above = [...(parents.get(name) ?? [])].filter((parent) => parent !== 'all');
  const deepest = above.map((parent) => depthOf(parent, parents, depths, [...path, name]));
  const depth = name === 'all' ? 0 : Math.max(0, ...deepest) + 1;
  depths.set(name, depth);
  return depth;
}

/** A host is ungrouped when it is in no other group. */
function hostGroups(draft: Draft, parents: ReadonlyMap<string, ReadonlySet<string>>) {
  const found = new Map<string, Set<string>>();
  for (const [name, { hosts }] of draft.groups) {
    const above = withAncestors(name, parents);
    for (const host of hosts) {
      const mine = found.get(host) ?? new Set<string>();
      for (const group of above) mine.add(group);
      found.set(host, mine);
    }
  }
  for (const host of draft.hosts.keys()) {
    const mine = found.get(host) ?? new Set<string>();
    mine.delete('all');
    mine.delete('ungrouped');
    if (mine.size === 0) mine.add('ungrouped');
    found.set(host, mine);
  }
  return found;
}

function withAncestors(
  name: string,
  parents: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const found = new Set([name]);
  for (const group of found) for (const parent of parents.get(group) ?? []) found.add(parent);
  return found;
}
