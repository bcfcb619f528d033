import { limitHosts } from '../compile/limit.ts';
import { controller } from '../declare/inventory.ts';
import type { Host } from '../model/host.ts';
import type { Inventory } from '../model/playbook.ts';

/**
 * The hosts that are asked for, in the order of the inventory: by names, groups and patterns, as in a limit; every host of
 * the inventory where nothing is said.
 * Errors: LIMIT_INVALID.
 */
export function namedHosts(
  inventory: Inventory,
  names: readonly string[] | undefined,
): readonly Host[] {
  if (names === undefined) return [...inventory.hosts.values()];
  if (names.length === 0) return [];
  const chosen = limitHosts(inventory, controller, names);
  return [...inventory.hosts.values(), controller].filter(({ name }) => chosen.has(name));
}
