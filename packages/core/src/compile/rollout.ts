import { HostwrightError } from '../model/errors.ts';
import type { Program, ProgramNode } from '../model/program.ts';
import type { Batch, BatchSize, Serial } from '../model/rollout.ts';

/** Runs on the machine at hand, and takes no place in a batch. */
const controllerName = 'controller';

/**
 * The hosts in batches, in the order of the inventory but for one thing: a host that another one needs something of
 * comes before it. Without `serial` there is one batch.
 *
 * Errors: ROLLOUT_INVALID for a size that is none; ROLLOUT_CIRCLE where a batch would need something of a later one.
 */
export function batchesOf(
  hosts: readonly string[],
  program: Program,
  serial: Serial | undefined,
): readonly Batch[] {
  if (serial === undefined || hosts.length === 0) return [{ hosts }];
  const sizes = typeof serial === 'object' ? serial : [serial];
  const count = hosts.filter((host) => host !== controllerName).length;
  const batches = cut(ordered(hosts, foreignNeeds(program)), sizesOf(sizes, count));
  requireEarlierNeeds(batches, program);
  return batches;
}

/** Sizes in hosts: a percentage is rounded down, and one at least. */
function sizesOf(sizes: readonly BatchSize[], count: number): readonly number[] {
  if (sizes.length === 0) throw invalid('It is an empty list.');
  return sizes.map((size) => {
    const part =
      typeof size === 'string' ? Number(/^(\d+(?:\.\d+)?)%$/.exec(size)?.[1]) : undefined;
    const number =
      part === undefined ? Number(size) : Math.max(1, Math.floor((count * part) / 100));
    const isSize = Number.isInteger(number) && number >= 1;
    if (isSize && (part === undefined || (part > 0 && part <= 100))) return number;
    throw invalid(
      `${JSON.stringify(size)} is no number of hosts, and no part of them such as 10%.`,
    );
  });
}

function invalid(problem: string): HostwrightError {
  return new HostwrightError('ROLLOUT_INVALID', { problem: `serial is not right. ${problem}` });
}

/** For each host the hosts that it needs something of. */
function foreignNeeds({ nodes, byId }: Program): ReadonlyMap<string, ReadonlySet<string>> {
  const needs = new Map<string, Set<string>>();
  for (const node of nodes) {
    for (const need of foreignNodes(node, byId)) {
      const own = needs.get(node.host) ?? new Set();
      needs.set(node.host, own.add(need.host));
    }
  }
  return needs;
}

/** What a node needs on other hosts and may be changed by the same run. */
function foreignNodes(node: ProgramNode, byId: Program['byId']): readonly ProgramNode[] {
  if (node.hold !== undefined) return [];
  return node.edges.flatMap(({ needs }) => {
    const need = byId.get(needs);
    const isForeign = need !== undefined && need.host !== node.host && need.hold === undefined;
    return isForeign ? [need] : [];
  });
}

/** Hosts after those that they need, and else as they came. In a circle the first one comes first. */
function ordered(
  hosts: readonly string[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] {
  const done = new Set<string>();
  const visiting = new Set<string>();
  const visit = (host: string) => {
    if (done.has(host) || visiting.has(host)) return;
    visiting.add(host);
    for (const other of hosts) if (needs.get(host)?.has(other)) visit(other);
    done.add(host);
  };
  for (const host of hosts) visit(host);
  return [...done];
}

function cut(hosts: readonly string[], sizes: readonly number[]): readonly Batch[] {
  const batches: string[][] = [];
  let room = 0;
  for (const host of hosts) {
    const isFree = host === controllerName;
    if (batches.length === 0 || (room === 0 && !isFree)) {
      room = sizes[Math.min(batches.length, sizes.length - 1)] ?? 1;
      batches.push([]);
    }
    batches.at(-1)?.push(host);
    if (!isFree) room -= 1;
  }
  return batches.map((own) => ({ hosts: own }));
}

function requireEarlierNeeds(batches: readonly Batch[], { nodes, byId }: Program): void {
  const places = batches.flatMap(({ hosts }, index) => hosts.map((host) => [host, index] as const));
  const batchOf = new Map(places);
  for (const node of nodes) {
    const own = batchOf.get(node.host) ?? 0;
    const late = foreignNodes(node, byId).find(({ host }) => (batchOf.get(host) ?? 0) > own);
    if (late === undefined) continue;
    throw new HostwrightError('ROLLOUT_CIRCLE', {
      problem: `It needs ${late.id}, and ${late.host} needs something that comes after ${node.host}: one of the two would wait in an earlier batch for a later one.`,
      host: node.host,
      resource: node.label,
      source: node.declaration.source,
    });
  }
}
