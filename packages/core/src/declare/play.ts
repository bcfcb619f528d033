import type { Declarations } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Inventory, Play, Playbook, PlayScope } from '../model/playbook.ts';
import { callSite } from './call-site.ts';

export interface PlayInput<Selector extends string> {
  /** For the report; the selector when left out. */
  readonly name?: string;
  /** Hosts or groups of the inventory, `all`, or `controller`. */
  readonly hosts: Selector | readonly Selector[];
  /** Returns the declarations for one host. Called once per host; must be pure. */
  readonly resources: (scope: PlayScope<Readonly<Record<string, unknown>>>) => Declarations;
}

/**
 * Which hosts get which resources. `inventory.play` is the same with typed variables.
 * @example play({ hosts: 'mail', resources: ({ facts }) => [Package({ name: 'postfix' })] })
 */
export function play<const Selector extends string>(input: PlayInput<Selector>): Play<Selector> {
  const source = callSite();
  const { hosts, resources } = input;
  if (typeof resources !== 'function' || (typeof hosts !== 'string' && !Array.isArray(hosts))) {
    throw new HostwrightError('PLAYBOOK_INVALID', {
      problem: 'A play needs { hosts: … } and { resources: () => [ … ] }.',
      source,
    });
  }
  const selectors: readonly Selector[] =
    typeof hosts === 'string' ? [hosts as Selector] : [...(hosts as readonly Selector[])];
  return Object.freeze({
    name: input.name ?? selectors.join(', '),
    hosts: selectors,
    resources,
    source,
  });
}

/** The selectors that an inventory's plays may use: `string` for one without types. */
type SelectorOf<I> = I extends { play(input: { hosts: infer H }): unknown }
  ? Extract<H, string>
  : string;

/**
 * A whole playbook: inventory and plays, in the order of reading. The order of running comes from the graph.
 * @example export default playbook({ inventory: hosts, plays: [web, mail] });
 */
export function playbook<I extends Inventory>(input: {
  readonly inventory: I;
  readonly plays: readonly Play<SelectorOf<I>>[];
}): Playbook {
  const source = callSite();
  const { inventory, plays } = input;
  if (!(inventory?.hosts instanceof Map) || !Array.isArray(plays)) {
    throw new HostwrightError('PLAYBOOK_INVALID', {
      problem: 'A playbook needs { inventory: inventory(…), plays: [play(…), …] }.',
      source,
    });
  }
  return Object.freeze({ inventory, plays: Object.freeze([...plays]), source });
}
