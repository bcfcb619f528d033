import { selectHosts } from '../compile/place.ts';
import { controller } from '../declare/inventory.ts';
import { play } from '../declare/play.ts';
import type { Host } from '../model/host.ts';
import type { Playbook } from '../model/playbook.ts';

/** What `hostwright inventory --json` prints. Secrets in it print as `<secret>`; fields may be added within a version. */
export interface InventoryReport {
  readonly version: 1;
  readonly hosts: readonly Host[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/**
 * Hosts with their effective settings, and the groups. Connects to nothing.
 * Errors: PLAYBOOK_INVALID for a name that is no host and no group.
 */
export function inventoryReport(
  { inventory }: Playbook,
  names: readonly string[],
): InventoryReport {
  const all = names.length === 0 ? ['all'] : names;
  const wanted = play({ name: 'the hosts that were asked for', hosts: all, resources: () => [] });
  return Object.freeze({
    version: 1,
    hosts: selectHosts(inventory, wanted, controller),
    groups: Object.fromEntries(inventory.groups),
  });
}
