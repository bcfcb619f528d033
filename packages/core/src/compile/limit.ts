import { HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import { suggestion } from '../model/near-names.ts';
import type { Inventory } from '../model/playbook.ts';

/**
 * The hosts that a limit names: parts joined by commas, each a host, a group, `all`, `controller` or a pattern with `*`
 * and `?`; `mail&eu` is what both have, `!db1` takes away from all the others, wherever it stands. With nothing but
 * parts to take away, the limit begins with all hosts.
 *
 * Errors: LIMIT_INVALID for a name that the inventory lacks, with names that are near, and for a limit without hosts.
 */
export function limitHosts(
  inventory: Inventory,
  controller: Host,
  limit: string | readonly string[],
): ReadonlySet<string> {
  const text = typeof limit === 'string' ? limit : limit.join(',');
  const parts = text.split(',').map((part) => part.trim());
  const meant = { text, inventory, controller };
  const chosen = new Set<string>();
  const left = new Set<string>();
  const isOnlyLess = parts.every((part) => part.startsWith('!'));
  if (isOnlyLess) for (const name of inventory.hosts.keys()) chosen.add(name);
  for (const part of parts) {
    const isLess = part.startsWith('!');
    const names = intersection(isLess ? part.slice(1) : part, meant);
    for (const name of names) (isLess ? left : chosen).add(name);
  }
  const hosts = new Set([...chosen].filter((name) => !left.has(name)));
  if (hosts.size === 0) throw invalid(text, 'It names no host.');
  return hosts;
}

/** The same for a limit that may be left out: undefined then, for no limit. */
export function limitOf(
  inventory: Inventory,
  controller: Host,
  limit: string | readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  return limit === undefined ? undefined : limitHosts(inventory, controller, limit);
}

interface Meant {
  readonly text: string;
  readonly inventory: Inventory;
  readonly controller: Host;
}

function intersection(part: string, meant: Meant): readonly string[] {
  const [first = [], ...others] = part.split('&').map((name) => namesOf(name.trim(), meant));
  return first.filter((name) => others.every((names) => names.includes(name)));
}

function namesOf(word: string, { text, inventory, controller }: Meant): readonly string[] {
  const { hosts, groups } = inventory;
  if (word === 'all') return [...hosts.keys()];
  if (word === controller.name || hosts.has(word)) return [word];
  const group = groups.get(word);
  if (group !== undefined) return group;
  const known = [...groups.keys(), ...hosts.keys(), 'all', controller.name];
  if (word === '') throw invalid(text, 'A name is missing.');
  if (!/[*?]/.test(word)) {
    throw invalid(
      text,
      `There is no host or group ${JSON.stringify(word)}. ${suggestion(word, known)}`,
    );
  }
  const pattern = patternOf(word);
  const found = [...hosts.keys()].filter((name) => pattern.test(name));
  const ofGroups = [...groups].flatMap(([name, members]) => (pattern.test(name) ? members : []));
  if (found.length + ofGroups.length > 0) return [...found, ...ofGroups];
  throw invalid(
    text,
    `No host or group is like ${JSON.stringify(word)}. There are ${known.join(', ')}.`,
  );
}

/** Names are letters, digits, dots, hyphens and underscores: `*` and `?` are all that a pattern adds. */
function patternOf(word: string): RegExp {
  const source = word
    .replace(/[^\w*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`);
}

function invalid(text: string, problem: string): HostwrightError {
  return new HostwrightError('LIMIT_INVALID', {
    problem: `The limit ${JSON.stringify(text)} is not right. ${problem}`,
  });
}
