import type { Declarations } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { BecomeSettings, Host, SshSettings } from '../model/host.ts';
import { freezeDeep } from '../model/json.ts';
import type { Inventory, Play, PlayScope } from '../model/playbook.ts';
import type { Secret } from '../model/secret.ts';
import { callSite } from './call-site.ts';
import { inventoryProblems } from './inventory-problems.ts';
import { play } from './play.ts';

/** Turns literal types of defaults into the types that hosts may set: `25` becomes number. */
type Widen<T> = T extends Secret
  ? Secret
  : T extends string
    ? string
    : T extends number
      ? number
      : T extends boolean
        ? boolean
        : T extends readonly (infer Item)[]
          ? readonly Widen<Item>[]
          : T extends object
            ? { readonly [Name in keyof T]: Widen<T[Name]> }
            : T;

export interface HostInput<Group extends string, Vars, PortValue extends number = number> {
  /** Host name, IP address, or an alias of `~/.ssh/config`; the inventory name when left out. */
  readonly address?: string;
  /** Login user; what `~/.ssh/config` says when left out, else root. */
  readonly user?: string;
  /** `ssh` when left out; `local` runs on this machine without SSH. */
  readonly connection?: 'ssh' | 'local';
  readonly groups?: readonly Group[];
  readonly ssh?: SshSettings<PortValue>;
  /** true: root, by sudo without a password. */
  readonly become?: boolean | BecomeSettings;
  readonly vars?: Partial<Widen<Vars>>;
}

export interface InventoryInput<
  Name extends string,
  Group extends string,
  Vars,
  PortValue extends number = number,
> {
  readonly hosts: { readonly [H in Name]: HostInput<Group, Vars, PortValue> };
  /** Names the variables, and gives each its default and its type. */
  readonly vars?: Vars;
  /** Variables of a group: they win over the defaults, and a host's own win over them. Later groups win over earlier ones. */
  readonly groups?: { readonly [G in Group]?: { readonly vars?: Partial<Widen<Vars>> } };
  /** Settings for every host that does not set its own. */
  readonly defaults?: Pick<HostInput<Group, Vars, PortValue>, 'user' | 'ssh' | 'become'>;
}

export interface TypedPlay<Selector extends string, Vars> {
  readonly name?: string;
  readonly hosts: Selector | readonly Selector[];
  readonly resources: (scope: PlayScope<Vars>) => Declarations;
}

/** An inventory that knows its names: a play of an unknown group does not compile. */
export interface TypedInventory<Selector extends string, Vars> extends Inventory {
  /** A play with typed variables. */
  play(input: TypedPlay<Selector, Vars>): Play<Selector>;
}

/** What a play's `hosts` may name beside hosts and groups. */
export type BuiltInSelector = 'all' | 'controller';

/** The pseudo-host where resources run that are not behind a shell. It is no member of `all`. */
export const controller: Host = freezeDeep({
  name: 'controller',
  address: 'localhost',
  connection: 'controller',
  user: '',
  groups: [],
  ssh: {},
  become: undefined,
  vars: {},
});

/**
 * The hosts, their groups and variables, as frozen data.
 *
 * Errors: INVENTORY_INVALID with every problem at once.
 * @example
 * const hosts = inventory({
 *   vars: { smtpPort: 25 },
 *   hosts: { mx1: { address: '192.0.2.10', user: 'deploy', become: true, groups: ['mail'] } },
 * });
 */
export function inventory<
  const Name extends string,
  const Group extends string = never,
  Vars extends object = object,
  const PortValue extends number = number,
>(
  input: InventoryInput<Name, Group, Vars, PortValue>,
): TypedInventory<Name | Group | BuiltInSelector, Widen<Vars>>;
export function inventory<Name extends string, Group extends string, Vars extends object>(
  input: InventoryInput<Name, Group, Vars>,
): TypedInventory<Name | Group | BuiltInSelector, Widen<Vars>> {
  const problems = inventoryProblems(input);
  if (problems.length > 0) {
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: problems.join(' '),
      source: callSite(),
    });
  }
  const hosts = new Map<string, Host>();
  const groups = new Map<string, string[]>();
  for (const [name, hostInput] of Object.entries<HostInput<Group, Vars>>(input.hosts)) {
    const host = completeHost(name, hostInput, input);
    hosts.set(name, host);
    for (const group of host.groups) groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return Object.freeze({
    hosts,
    groups,
    play: play as unknown as TypedInventory<Name | Group | BuiltInSelector, Widen<Vars>>['play'],
  });
}

function completeHost<Name extends string, Group extends string, Vars>(
  name: string,
  input: HostInput<Group, Vars>,
  { defaults, groups, vars }: InventoryInput<Name, Group, Vars>,
): Host {
  const groupVars = (input.groups ?? []).map((group) => groups?.[group]?.vars);
  return freezeDeep({
    name,
    address: input.address ?? name,
    connection: input.connection ?? 'ssh',
    user: input.user ?? defaults?.user,
    groups: [...(input.groups ?? [])],
    ssh: { ...defaults?.ssh, ...input.ssh },
    become: becomeSettings(input.become ?? defaults?.become),
    vars: Object.assign({}, vars, ...groupVars, input.vars),
  });
}

function becomeSettings(become: boolean | BecomeSettings | undefined): BecomeSettings | undefined {
  if (become === undefined || become === false) return undefined;
  return become === true ? {} : { ...become };
}
