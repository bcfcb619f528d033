import { HostwrightError } from '@hostwright/core';
import type { Carried, InventorySource } from '../carried.ts';
import { isRecord, parseJson, readSource } from '../read-source.ts';
import { type HostsOf, mapped, type Output } from './output-values.ts';

/** What Pulumi prints in place of a secret. */
const hidden = '[secret]';

/**
 * What `pulumi stack output --json` prints, made an inventory by a function. Pulumi does not say which outputs are secret
 * once it shows them: `secrets` names those that come as secrets.
 *
 * Errors: INVENTORY_INVALID.
 * @example
 * const { input } = fromPulumi({ path: 'stack.json' }, ({ webIp }) => ({
 *   hosts: { web1: { address: String(webIp), groups: ['web'] } },
 * }));
 */
export function fromPulumi<Vars extends object = Record<string, unknown>>(
  source: InventorySource,
  hosts: HostsOf<Vars>,
  options: { readonly secrets?: readonly string[] } = {},
): Carried<Vars> {
  const found = parseJson(readSource(source), 'The output of pulumi');
  if (!isRecord(found)) {
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: 'This is not what `pulumi stack output --json` prints: an object is expected.',
    });
  }
  for (const name of options.secrets ?? []) {
    if (Object.hasOwn(found, name)) continue;
    // A misspelt name would leave the secret without its protection.
    const problem = `There is no output ${name}, which is named in secrets; there are ${Object.keys(found).join(', ')}.`;
    throw new HostwrightError('INVENTORY_INVALID', { problem });
  }
  const outputs = Object.entries(found).map(([name, value]): [string, Output] => {
    const isSensitive = options.secrets?.includes(name) === true;
    return [name, { value, isSensitive, isHidden: value === hidden }];
  });
  return mapped(new Map(outputs), hosts, 'Run `pulumi stack output --json --show-secrets`.');
}
