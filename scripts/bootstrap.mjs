#!/usr/bin/env node
// What `npm run demo|test|lab|bench|check|build|hostwright|vagrant|transcript` start. Right after `git clone`, on Node 20 or later and nothing else, it brings
// what the verb needs (a current Node, pnpm, the locked dependencies, Debian packages for the sandbox), says so line by
// line, and hands over. What is there already is left alone, so every further run starts at once.
import { join } from 'node:path';
import { runChecks } from './bootstrap/check-run.mjs';
import { installDependencies } from './bootstrap/dependencies.mjs';
import { BootstrapError, rootDirectory, say } from './bootstrap/progress.mjs';
import { environmentOf, runInForeground } from './bootstrap/run-process.mjs';
import { installRuntime } from './bootstrap/runtime.mjs';
import { prepareSandbox } from './bootstrap/sandbox.mjs';
import { installTestPrograms } from './bootstrap/test-programs.mjs';
import { closingLine, runTests } from './bootstrap/test-run.mjs';

const usage = `usage: npm run VERB [-- ARGUMENTS]
  demo     the mail system on sandbox hosts, from bare Debian to delivered mail
  test     all tests; names of projects (unit, resources, process, tidy, lab) and paths select some
  hostwright  the command line: npm run hostwright -- plan examples/web-host/site.ts
  lab      sandbox hosts to look around in (npm run lab -- help)
  bench    measurements against the figures of the design
  check    types, lint and format
  build    the packages as they are published: dist/, and tarballs in a folder that is named
  vagrant  examples/vagrant with the real vagrant, on a box made of Debian packages
  transcript  docs/guide/five-minutes.md, by doing what it shows
  ci       check, then test
`;

const verbs = {
  demo: (runtime, args) => runScript(runtime, 'examples/demo/demo.ts', args),
  bench: (runtime, args) => runScript(runtime, 'test/bench/bench.ts', args),
  build: (runtime, args) => runScript(runtime, 'scripts/build.ts', args),
  hostwright: (runtime, args) => runScript(runtime, 'packages/core/src/cli/main.ts', args),
  lab: (runtime, args) => runScript(runtime, 'test/lab/cli.ts', args),
  vagrant: (runtime, args) => runScript(runtime, 'test/vagrant/try.ts', args),
  transcript: (runtime, args) => runScript(runtime, 'test/transcript/write-transcript.ts', args),
  test: async (runtime, args) => finish(await runTests(runtime, args)),
  check: async (runtime) => {
    const counts = await runChecks(runtime);
    return counts.failed === 0 ? 0 : 1;
  },
  ci: async (runtime, args) => {
    await installTestPrograms();
    const checks = await runChecks(runtime);
    const tests = await runTests(runtime, args);
    return finish({
      passed: checks.passed + tests.passed,
      failed: checks.failed + tests.failed,
      skipped: checks.skipped + tests.skipped,
    });
  },
};

/** What boots no sandbox. */
const withoutHosts = ['check', 'build', 'hostwright', 'vagrant'];

const usageExitCode = 64;

async function main([verb = 'help', ...args]) {
  const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (run === undefined) {
    process.stderr.write(usage);
    return usageExitCode;
  }
  const runtime = await installRuntime();
  await installDependencies(runtime, verb === 'hostwright' ? 'to run' : 'all');
  if (!withoutHosts.includes(verb)) await prepareSandbox(runtime);
  return run(runtime, args);
}

function runScript(runtime, script, args) {
  const env = environmentOf(runtime, { NODE_OPTIONS: '--disable-warning=ExperimentalWarning' });
  return runInForeground(runtime.node, [join(rootDirectory, script), ...args], { env });
}

/** The last line of standard output, for people and for whatever reads the log. */
function finish(counts) {
  process.stdout.write(`${closingLine(counts)}\n`);
  const total = counts.passed + counts.failed + counts.skipped;
  return counts.failed === 0 && total > 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (cause) {
  if (!(cause instanceof BootstrapError)) throw cause;
  say(cause.message);
  process.exitCode = 1;
}
