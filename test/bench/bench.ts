import { apply, plan } from '@hostwright/core';
import { bootLab } from '../lab/boot-lab.ts';
import { labInventory } from '../lab/lab-inventory.ts';
import { benchPlaybook } from './bench-playbook.ts';
import { readAtTheLimit } from './limit.ts';

/** What the design asks for: a converged plan in at most this many times the limit. */
const ratioMax = 1.5;
const roundsCounted = 7;

/** Rows for 1 and for 10 hosts: both ways in turn, so that a machine that slows down slows both. */
async function main(): Promise<void> {
  process.stderr.write('Booting ten sandbox hosts.\n');
  const names = Array.from({ length: 10 }, (_, index) => ({
    name: `bench${index}`,
    release: 'debian-12' as const,
  }));
  await using lab = await bootLab({ hosts: names, name: 'bench' });
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
}

interface Row {
  readonly count: number;
  readonly resources: number;
  readonly engineMs: readonly number[];
  readonly limitMs: readonly number[];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(rows: readonly Row[]): void {
  process.stdout.write(
    `Converged plan beside the limit (one connection, one script), median of ${roundsCounted}, ms\n`,
  );
  process.stdout.write('hosts  resources  plan  limit  ratio\n');
  for (const { count, resources, engineMs, limitMs } of rows) {
    const ratio = median(engineMs.map((ms, index) => ms / (limitMs[index] ?? Number.NaN)));
    const cells = [
      count,
      resources,
      Math.round(median(engineMs)),
      Math.round(median(limitMs)),
      ratio.toFixed(2),
    ];
    process.stdout.write(
      `${cells.map((cell, index) => String(cell).padStart([5, 9, 4, 5, 5][index] ?? 0)).join('  ')}\n`,
    );
    if (ratio > ratioMax) process.exitCode = 1;
  }
  process.stdout.write(`The bound is ${ratioMax}.\n`);
}

await main();
