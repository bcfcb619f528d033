import { apply, plan } from '@hostwright/core';
import { labInventory } from '../lab/lab-inventory.ts';
import { benchPlaybook } from './bench-playbook.ts';
import { bootBenchHosts } from './boot-bench-hosts.ts';
import { readAtTheLimit } from './read-at-the-limit.ts';
import { median, tableOf, timed } from './timing.ts';

/** What the design asks for: a converged plan in at most this many times the limit. */
const ratioMax = 1.5;
const roundsCounted = 7;

/**
 * A converged plan of 1 and of 10 hosts beside the least that reading them can cost: both in turn, so that a machine that slows
 * down slows both. Resolves with whether the bound holds.
 */
export async function measureBesideLimit(): Promise<boolean> {
  await using lab = await bootBenchHosts();
  const rows: Row[] = [];
  for (const count of [1, 10]) {
    const hosts = lab.hosts.slice(0, count);
    const book = benchPlaybook(labInventory({ ...lab, hosts }));
    const { outcome } = await apply(book);
    if (!outcome.isConverged)
      throw new Error(
        `The hosts did not converge: ${JSON.stringify(outcome.steps.filter(({ error }) => error))}`,
      );
    const resources = outcome.steps.length / count;
    const engineMs: number[] = [];
    const limitMs: number[] = [];
    for (let round = 0; round <= roundsCounted; round += 1) {
      const limit = await timed(() => Promise.all(hosts.map(readAtTheLimit)));
      const engine = await timed(() => plan(book));
      if (round === 0) continue;
      limitMs.push(limit);
      engineMs.push(engine);
    }
    rows.push({ count, resources, engineMs, limitMs });
  }
  print(rows);
  return rows.every((row) => ratioOf(row) <= ratioMax);
}

interface Row {
  readonly count: number;
  readonly resources: number;
  readonly engineMs: readonly number[];
  readonly limitMs: readonly number[];
}

function ratioOf({ engineMs, limitMs }: Row): number {
  return median(engineMs.map((ms, index) => ms / (limitMs[index] ?? Number.NaN)));
}

function print(rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.count,
    row.resources,
    Math.round(median(row.engineMs)),
    Math.round(median(row.limitMs)),
    ratioOf(row).toFixed(2),
  ]);
  process.stdout.write(
    `Converged plan beside the limit (one connection, one script), median of ${roundsCounted}, ms\n`,
  );
  process.stdout.write(tableOf(['hosts', 'resources', 'plan', 'limit', 'ratio'], cells));
  process.stdout.write(`The bound is ${ratioMax}.\n`);
}
