import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootDirectory } from './progress.mjs';
import { environmentOf, runInForeground } from './run-process.mjs';

/**
 * Jest runs one after the other. What needs only Node has one worker more than there are cores, since a fifth of its time
 * is waiting; files with hosts of their own go three at a time, because each of them boots machines. What takes long is run when
 * it is named, two at a time: it measures.
 */
const groups = [
  {
    projects: ['unit', 'resources', 'process', 'tidy'],
    options: [`--maxWorkers=${availableParallelism() + 1}`],
  },
  { projects: ['lab'], options: ['--maxWorkers=3'] },
  { projects: ['long'], options: ['--maxWorkers=2'], isOnRequest: true },
];

/** Runs the tests that the arguments select (names of projects, then anything Jest takes) and adds up their counts. */
export async function runTests(runtime, args) {
  const known = groups.flatMap(({ projects }) => projects);
  const named = args.filter((each) => known.includes(each));
  const others = args.filter((each) => !known.includes(each));
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { projects, options, isOnRequest = false } of groups) {
    const selected =
      named.length === 0 && !isOnRequest
        ? projects
        : projects.filter((each) => named.includes(each));
    if (selected.length === 0) continue;
    const counts = await runJest(runtime, ['--selectProjects', ...selected, ...options, ...others]);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  return total;
}

export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function runJest(runtime, args) {
  const directory = mkdtempSync(join(tmpdir(), 'hostwright-counts-'));
  const path = join(directory, 'counts.json');
  const jest = join(rootDirectory, 'node_modules', 'jest', 'bin', 'jest.js');
  const env = environmentOf(runtime, {
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    HOSTWRIGHT_COUNTS: path,
    // Tests start the command line hundreds of times.
    NODE_COMPILE_CACHE: join(rootDirectory, 'node_modules', '.cache', 'node'),
  });
  try {
    const exitCode = await runInForeground(runtime.node, [jest, '--passWithNoTests', ...args], {
      env,
    });
    return honest(readCounts(path), exitCode);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A run that ended badly without naming a failed test (a crash, a wrong option, Ctrl-C) is one failure all the same. */
function honest(counts, exitCode) {
  if (exitCode === 0 && counts !== undefined) return counts;
  const known = counts ?? { passed: 0, failed: 0, skipped: 0 };
  return { ...known, failed: Math.max(known.failed, exitCode === 0 ? 0 : 1) };
}

function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
