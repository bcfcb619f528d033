import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rootDirectory, say } from './progress.mjs';
import { environmentOf, runInForeground } from './run-process.mjs';

/** Types, then lint and format; the second runs also when the first found something. */
const checks = [
  { name: 'types', command: 'tsc', args: ['--noEmit', '--project', rootDirectory] },
  { name: 'lint and format', command: 'biome', args: ['check', rootDirectory] },
];

export async function runChecks(runtime) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, command, args } of checks) {
    say(`checking ${name}`);
    const path = join(rootDirectory, 'node_modules', '.bin', command);
    const exitCode = existsSync(path)
      ? await runInForeground(path, args, { env: environmentOf(runtime) })
      : 1;
    if (exitCode === 0) counts.passed += 1;
    else {
      counts.failed += 1;
      say(`${name}: failed with exit code ${exitCode}`);
    }
  }
  return counts;
}
