import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { measureFleet } from './measured-fleet.ts';

const module = new URL('./measured-fleet.ts', import.meta.url).href;

/** A run in a process of its own, whose memory is that of the run. */
async function costOf(hosts: number): ReturnType<typeof measureFleet> {
  const text = `const { measureFleet } = await import('${module}');
console.log(JSON.stringify(await measureFleet(${hosts})));`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  const words = ['--input-type=module', '--eval', text];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env });
  return JSON.parse(stdout);
}

const mebibyte = 1024 * 1024;

test.each([
  { hosts: 200, memoryMax: 300, stallMaxMs: 200 },
  { hosts: 1000, memoryMax: 600, stallMaxMs: 1000 },
])(
  'R47: $hosts hosts in one run stay below $memoryMax MiB, and below $stallMaxMs ms without a turn of the event loop',
  async ({ hosts, memoryMax, stallMaxMs }) => {
    const cost = await costOf(hosts);
    expect(cost).toMatchObject({ isConverged: true, changed: hosts * 20 });
    expect(cost.peakBytes / mebibyte).toBeLessThan(memoryMax);
    expect(cost.stallMs).toBeLessThan(stallMaxMs);
  },
  180_000,
);
