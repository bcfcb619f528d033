#!/usr/bin/env node
import { errorTable } from '../model/error-table.ts';
import { isOldNode } from './node-version.ts';

/** For what ends by itself a moment after the run. */
const graceMs = 1000;

if (isOldNode(process.versions.node)) {
  // Before anything is loaded that an old Node cannot even read.
  const { title, remedy, exitCode } = errorTable.NODE_TOO_OLD;
  process.stderr.write(
    `✘ ${title} This is Node ${process.versions.node}.\n  → ${remedy} [NODE_TOO_OLD]\n`,
  );
  process.exitCode = exitCode;
} else {
  const { keepCompiledCode } = await import('./code-cache.ts');
  keepCompiledCode(process.env);
  const { runProgram } = await import('./program.ts');
  const { endByStray } = await import('./stray-error.ts');
  endByStray(process);
  // Only set: Node ends when everything is written and nothing is left to do.
  process.exitCode = await runProgram(process.argv.slice(2), process);
  // What a playbook leaves open, such as a timer or the client of a database, is nothing to wait for.
  process.stdout.write('', () => setTimeout(() => process.exit(), graceMs).unref());
}
