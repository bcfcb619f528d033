import { isDeepStrictEqual } from 'node:util';
import { type HostInput, HostwrightError, type InventoryInput, thisUser } from '@hostwright/core';
import type { Carried, InventorySource, NotCarried } from '../carried.ts';
import { isName, nearestName } from '../host-names.ts';
import { mergeNotes } from '../notes.ts';
import { type AnsibleInventory, ansibleInventory } from './ansible-inventory.ts';
import { connectionOf } from './connection.ts';
import type { AnsibleVars } from './draft.ts';
import { obstacle, plainVars } from './plain-vars.ts';
import type { AnsibleFormat } from './read-files.ts';

export interface AnsibleOptions<Vars extends object> {
  /** By the name of the file and its first lines when left out. `json` is also what `ansible-inventory --list` prints. */
  readonly format?: AnsibleFormat;
  /** Who logs in where the inventory does not say; who runs this when left out, as with ssh. */
  readonly user?: string;
  /** The variables that plays use, each with a default: it gives the type, and what is found is held against it. */
  readonly vars?: Vars;
}

/**
 * An Ansible inventory: a file (INI, YAML, JSON) or a folder of them, with `group_vars` and `host_vars` beside it, or
 * what `ansible-inventory --list` printed. Every host has all groups it is in, also by way of `children`, in the order
 * in which Ansible lets their variables win.
 *
 * Errors: INVENTORY_INVALID.
 * @example
 * const { input, notes } = fromAnsible({ path: 'inventory/hosts.ini' }, { vars: { smtpPort: 25 } });
 * process.stderr.write(formatNotes(notes));
 * export const hosts = inventory(input);
 */
export function fromAnsible<Vars extends object = Record<string, unknown>>(
  source: InventorySource,
  options: AnsibleOptions<Vars> = {},
): Carried<Vars> {
  const { format, user = thisUser().name } = options;
  const found = ansibleInventory(source, format);
  const notes: NotCarried[] = [...found.notes];
  const all = plainVars(found.all, 'group all');
  const groups = carriedGroups(found, notes);
  const hosts: Record<string, HostInput<string, Vars>> = {};
  for (const [ansibleName, host] of found.hosts) {
    const named = nameFor(ansibleName, hosts, notes);
    if (named === undefined) continue;
    const usable = Object.entries(host.effective).filter(([, value]) => !obstacle(value));
    const connection = connectionOf(ansibleName, Object.fromEntries(usable));
    const own = plainVars(host.own, `host ${ansibleName}`);
    notes.push(...connection.notes, ...own.notes);
    if (!connection.isReachable) continue;
    const memberOf = host.groups.filter((group) => groups.has(group));
    const above = Object.assign({}, all.vars, ...memberOf.map((group) => groups.get(group)));
    const vars = hostVars(plainVars(host.effective, '').vars, above);
    requireTypes(ansibleName, host.effective, options.vars ?? {});
    const address = named === ansibleName ? {} : { address: ansibleName };
    hosts[named] = {
      ...address,
      ...connection.host,
      groups: memberOf,
      // The types of those that a play can name have just been looked at.
      vars: vars as NonNullable<HostInput<string, Vars>['vars']>,
    };
  }
  notes.push(...all.notes);
  const used = new Set(Object.values(hosts).flatMap((host) => host.groups ?? []));
  const withVars = [...groups].filter(([name, vars]) => {
    return used.has(name) && Object.keys(vars).length > 0;
  });
  const input = {
    hosts,
    vars: { ...options.vars, ...all.vars },
    groups: Object.fromEntries(withVars.map(([name, vars]) => [name, { vars }])),
    defaults: { user },
  } as unknown as InventoryInput<string, string, Vars>;
  return { input, notes: mergeNotes(notes) };
}

/** Groups that have hosts and a name that can be kept, with their variables. */
function carriedGroups(found: AnsibleInventory, notes: NotCarried[]) {
  const used = new Set([...found.hosts.values()].flatMap(({ groups }) => groups));
  const kept = new Map<string, AnsibleVars>();
  for (const [name, vars] of found.groups) {
    const why = !used.has(name)
      ? 'no host is in it'
      : found.hosts.has(name)
        ? 'a host has the same name'
        : !isName(name)
          ? 'a name has letters, digits, dots, dashes and underscores, and begins with a letter or digit'
          : undefined;
    if (why === undefined) {
      const plain = plainVars(vars, `group ${name}`);
      notes.push(...plain.notes);
      kept.set(name, plain.vars);
    } else if (name !== 'ungrouped') {
      notes.push({ where: `group ${name}`, what: 'the group', why, isLost: used.has(name) });
    }
  }
  return kept;
}

function nameFor(name: string, taken: Readonly<Record<string, unknown>>, notes: NotCarried[]) {
  const nearest = nearestName(name);
  const where = `host ${name}`;
  if (nearest === undefined || nearest in taken) {
    notes.push({ where, what: 'the host', why: 'its name cannot be kept', isLost: true });
    return undefined;
  }
  if (nearest !== name) {
    const why = `it is called ${nearest} here, with the old name as its address`;
    notes.push({ where, what: 'the name', why, isLost: false });
  }
  return nearest;
}

/** What differs from what `inventory()` would make of the groups alone. */
function hostVars(effective: AnsibleVars, above: AnsibleVars): AnsibleVars {
  const differing = Object.entries(effective).filter(
    ([name, value]) => !(name in above) || !isDeepStrictEqual(value, above[name]),
  );
  return Object.fromEntries(differing);
}

/** Errors: INVENTORY_INVALID where a variable has another type than its default. */
function requireTypes(host: string, vars: AnsibleVars, defaults: object): void {
  for (const [name, value] of Object.entries<unknown>({ ...defaults })) {
    const found = vars[name];
    if (found === undefined || obstacle(found) || typeOf(found) === typeOf(value)) continue;
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: `Host ${host}: the variable ${name} is ${typeOf(found)}, where ${typeOf(value)} is expected.`,
      remedy: 'Correct it in the Ansible inventory, or give the default the type that it has.',
    });
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
