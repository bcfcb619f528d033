import { type HostInput, HostwrightError } from '@hostwright/core';
import type { Carried, InventorySource, NotCarried } from '../carried.ts';
import { isRecord, parseJson, readSource } from '../read-source.ts';
import { asSecrets } from './output-values.ts';

/** A resource of the state. */
export interface StateResource {
  /** `module.web.aws_instance.this[0]` */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /** Its key under `for_each`, or its number under `count`. */
  readonly index: string | number | undefined;
  /** Its attributes; what is sensitive has its strings as secrets. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** A host that a resource stands for. */
export interface StateHost extends HostInput<string, Record<string, unknown>> {
  readonly name: string;
}

/**
 * What `tofu show -json` (or Terraform's) prints: a function says for each managed resource which host it is, if any.
 *
 * Errors: INVENTORY_INVALID.
 * @example
 * const { input } = fromTofuState({ path: 'state.json' }, ({ type, values }) =>
 *   type === 'aws_instance'
 *     ? { name: String(values.id), address: String(values.public_ip), user: 'admin', groups: ['web'] }
 *     : undefined,
 * );
 */
export function fromTofuState(
  source: InventorySource,
  hostOf: (resource: StateResource) => StateHost | undefined,
): Carried<Record<string, unknown>> {
  const state = parseJson(readSource(source), 'The state of tofu');
  if (!isRecord(state) || !('format_version' in state)) {
    throw new HostwrightError('INVENTORY_INVALID', {
      problem: 'This is not what `tofu show -json` prints: it has a format_version.',
      remedy: 'For what `tofu output -json` prints there is fromTofuOutput.',
    });
  }
  const values = isRecord(state.values) ? state.values : {};
  const hosts: Record<string, HostInput<string, Record<string, unknown>>> = {};
  const passedOver = new Map<string, number>();
  for (const resource of resourcesIn(values.root_module)) {
    const found = hostOf(resource);
    if (found === undefined) {
      passedOver.set(resource.type, (passedOver.get(resource.type) ?? 0) + 1);
      continue;
    }
    const { name, ...host } = found;
    if (name in hosts) {
      const problem = `${resource.address} is called ${name}, as another resource is.`;
      throw new HostwrightError('INVENTORY_INVALID', { problem });
    }
    hosts[name] = host;
  }
  const notes = [...passedOver].map(([type, count]): NotCarried => {
    const why = 'the mapping makes no host of it';
    return { where: 'state', what: `${count} × ${type}`, why, isLost: false };
  });
  return { input: { hosts }, notes };
}

function resourcesIn(module: unknown): readonly StateResource[] {
  if (!isRecord(module)) return [];
  const own = listOf(module.resources).flatMap((resource) => {
    if (!isRecord(resource) || resource.mode !== 'managed') return [];
    const { address, type, name, index, values, sensitive_values: sensitive } = resource;
    return [
      {
        address: String(address),
        type: String(type),
        name: String(name),
        index: typeof index === 'string' || typeof index === 'number' ? index : undefined,
        values: asRecord(hideSensitive(values, sensitive)),
      },
    ];
  });
  return [...own, ...listOf(module.child_modules).flatMap(resourcesIn)];
}

/** The marks have the form of the values, with true where a value, or all below it, is sensitive. */
function hideSensitive(value: unknown, marks: unknown): unknown {
  if (marks === true) return asSecrets(value);
  if (Array.isArray(value) && Array.isArray(marks)) {
    return value.map((one, index) => hideSensitive(one, marks[index]));
  }
  if (!isRecord(value) || !isRecord(marks)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, hideSensitive(one, marks[name])]),
  );
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
