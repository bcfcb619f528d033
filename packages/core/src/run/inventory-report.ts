import type { Host } from '../model/host.ts';
import type { Playbook } from '../model/playbook.ts';
import { namedHosts } from './named-hosts.ts';

/** What `hostwright inventory --json` prints. Secrets in it print as `<secret>`; fields may be added within a version. */
export interface InventoryReport {
  readonly version: 1;
  readonly hosts: readonly Host[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/**
 * Hosts with their effective settings, and the groups. Connects to nothing.
 * Errors: LIMIT_INVALID for a name that is no host and no group.
 */
export function inventoryReport(
  { inventory }: Playbook,
  names: readonly string[],
): InventoryReport {
  return Object.freeze({
    version: 1,
    hosts: namedHosts(inventory, names.length === 0 ? undefined : names),
    groups: Object.fromEntries(inventory.groups),
  });
}
