import { type Declaration, type Declarations, isDeclaration } from '../model/declaration.ts';
import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { Facts } from '../model/facts.ts';
import type { Host } from '../model/host.ts';
import type { Inventory, Play, Playbook } from '../model/playbook.ts';
import type { Work } from '../model/work.ts';

/** One declaration on one host, before it is checked. */
export interface Placed {
  readonly host: Host;
  readonly declaration: Declaration;
}

/** The hosts that a play's selectors name, each once, in the order of the inventory. */
export function selectHosts(inventory: Inventory, play: Play, controller: Host): readonly Host[] {
  const names = new Set<string>();
  for (const selector of play.hosts) {
    const found = namesOf(inventory, selector, controller);
    if (found === undefined) throw unknownSelector(inventory, play, selector);
    for (const name of found) names.add(name);
  }
  const all = [...inventory.hosts.values(), controller];
  return all.filter((host) => names.has(host.name));
}

/** Runs the play functions for every host whose facts are known, in the order of the plays; a host at a time. */
export function* placing(
  playbook: Playbook,
  controller: Host,
  facts: ReadonlyMap<string, Facts>,
): Work<readonly Placed[]> {
  const placed = new Map<Host, Set<Declaration>>();
  for (const play of playbook.plays) {
    for (const host of selectHosts(playbook.inventory, play, controller)) {
      const hostFacts = facts.get(host.name);
      if (hostFacts === undefined) continue;
      const declarations = placed.get(host) ?? new Set();
      for (const one of flatten(runPlay(play, host, hostFacts), play)) declarations.add(one);
      placed.set(host, declarations);
      yield;
    }
  }
  return [...placed].flatMap(([host, set]) =>
    [...set].map((declaration) => ({ host, declaration })),
  );
}

function runPlay(play: Play, host: Host, facts: Facts): Declarations {
  try {
    return play.resources({ host, facts, vars: host.vars as never });
  } catch (thrown) {
    if (thrown instanceof HostwrightError)
      throw thrown.with({ host: host.name, source: play.source });
    throw new HostwrightError('PLAY_FAILED', {
      problem: `The play ${JSON.stringify(play.name)} threw: ${asHostwrightError(thrown).problem}`,
      host: host.name,
      source: play.source,
      detail: thrown instanceof Error ? ownFrames(thrown.stack ?? '') : String(thrown),
      cause: thrown,
    });
  }
}

/** What the stack says of the playbook: what called it is not its author's. */
function ownFrames(stack: string): string {
  return stack.split(/\n {4}at runPlay \(/, 1).join('');
}

function flatten(value: Declarations, play: Play): readonly Declaration[] {
  if (value === false || value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((part: Declarations) => flatten(part, play));
  if (isDeclaration(value)) return [value];
  throw new HostwrightError('PLAY_NOT_DECLARATIONS', {
    problem: `The play ${JSON.stringify(play.name)} returned ${describe(value)} where a declaration was expected.`,
    source: play.source,
  });
}

function describe(value: unknown): string {
  if (value instanceof Promise) return 'a Promise';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function namesOf(
  inventory: Inventory,
  selector: string,
  controller: Host,
): readonly string[] | undefined {
  if (selector === 'all') return [...inventory.hosts.keys()];
  if (selector === controller.name) return [controller.name];
  if (inventory.hosts.has(selector)) return [selector];
  return inventory.groups.get(selector);
}

function unknownSelector(inventory: Inventory, play: Play, selector: string): HostwrightError {
  const known = [...inventory.groups.keys(), ...inventory.hosts.keys(), 'all', 'controller'];
  return new HostwrightError('PLAY_SELECTS_NOTHING', {
    problem: `There is no host or group ${JSON.stringify(selector)}; there are ${known.join(', ')}.`,
    source: play.source,
  });
}
