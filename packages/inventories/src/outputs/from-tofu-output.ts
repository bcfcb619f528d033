import { HostwrightError } from '@hostwright/core';
import type { Carried, InventorySource } from '../carried.ts';
import { isRecord, parseJson, readSource } from '../read-source.ts';
import { type HostsOf, mapped, type Output } from './output-values.ts';

/**
 * What `tofu output -json` (or Terraform's) prints, made an inventory by a function. Sensitive outputs come as secrets.
 *
 * Errors: INVENTORY_INVALID.
 * @example
 * const { input } = fromTofuOutput({ path: 'outputs.json' }, ({ web_ips: ips }) => ({
 *   hosts: Object.fromEntries(
 *     (ips as string[]).map((address, index) => [`web${index + 1}`, { address, groups: ['web'] }]),
 *   ),
 * }));
 */
export function fromTofuOutput<Vars extends object = Record<string, unknown>>(
  source: InventorySource,
  hosts: HostsOf<Vars>,
): Carried<Vars> {
  const found = parseJson(readSource(source), 'The output of tofu');
  const outputs = Object.entries(isRecord(found) ? found : { '': found });
  const read = outputs.map(([name, output]): [string, Output] => {
    if (isRecord(output) && 'value' in output && 'sensitive' in output) {
      const isSensitive = output.sensitive === true;
      return [name, { value: output.value, isSensitive, isHidden: false }];
    }
    throw new HostwrightError('INVENTORY_INVALID', {
      problem:
        'This is not what `tofu output -json` prints: an output has `value` and `sensitive`.',
      remedy: 'For what `tofu show -json` prints there is fromTofuState.',
    });
  });
  return mapped(new Map(read), hosts, '');
}
