import { createRequire } from 'node:module';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { apply } from '../run/apply.ts';
import { errands } from '../run/errands.ts';
import { facts } from '../run/facts.ts';
import { graph } from '../run/graph.ts';
import { health } from '../run/health.ts';
import { ping } from '../run/ping.ts';
import { plan, verify } from '../run/plan.ts';
import { runCommand } from '../run/run-command.ts';
import { runErrand } from '../run/run-errand.ts';
import { why } from '../run/why.ts';

/** The calls that the commands are made of. */
export interface Library {
  readonly plan: typeof plan;
  readonly apply: typeof apply;
  readonly verify: typeof verify;
  readonly facts: typeof facts;
  readonly graph: typeof graph;
  readonly why: typeof why;
  readonly ping: typeof ping;
  readonly runCommand: typeof runCommand;
  readonly health: typeof health;
  readonly runErrand: typeof runErrand;
  readonly errands: typeof errands;
}

const own: Library = {
  plan,
  apply,
  verify,
  facts,
  graph,
  why,
  ping,
  runCommand,
  health,
  runErrand,
  errands,
};

const ownFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The copy of this package that the playbook itself imports, as a command that was installed globally must use it:
 * secrets and outputs are known by their class, and two copies have two.
 */
export async function libraryOf(playbook: string): Promise<Library> {
  const path = resolveFrom(resolve(playbook));
  if (path === undefined || path.startsWith(ownFolder + sep)) return own;
  const found: unknown = await import(pathToFileURL(path).href);
  return isLibrary(found) ? found : own;
}

function resolveFrom(playbook: string): string | undefined {
  try {
    return createRequire(playbook).resolve('@hostwright/core');
  } catch {
    return undefined; // The playbook gets it by way of another package, or is none.
  }
}

function isLibrary(value: unknown): value is Library {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(own).every((name) => name in value);
}
