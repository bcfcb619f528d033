import type { Declarations } from '../model/declaration.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Inventory, Play, Playbook, PlayScope } from '../model/playbook.ts';
import type { Source } from '../model/source.ts';
import { callSite } from './call-site.ts';
import { unknownProperties } from './unknown-properties.ts';

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
  requireKnown('A play', input, ['name', 'hosts', 'resources'], source);
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
  if (!(inventory?.hosts instanceof Map) || !Array.isArray(plays) || !plays.every(isPlay)) {
    throw new HostwrightError('PLAYBOOK_INVALID', {
      problem: 'A playbook needs { inventory: inventory(…), plays: [play(…), …] }.',
      source,
    });
  }
  requireKnown('A playbook', input, ['inventory', 'plays'], source);
  return Object.freeze({ inventory, plays: Object.freeze([...plays]), source });
}

/** By its form: it may come from another copy of this package. */
function isPlay(value: Partial<Play> | undefined): boolean {
  return Array.isArray(value?.hosts) && typeof value?.resources === 'function';
}

function requireKnown(
  label: string,
  input: object,
  known: readonly string[],
  source: Source | undefined,
): void {
  const problems = unknownProperties(label, input, known);
  if (problems.length === 0) return;
  throw new HostwrightError('PLAYBOOK_INVALID', { problem: problems.join(' '), source });
}
