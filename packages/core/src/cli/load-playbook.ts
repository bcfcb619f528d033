import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HostwrightError, messageOf } from '../model/errors.ts';
import type { Playbook } from '../model/playbook.ts';
import { isHostwrightError } from './error-record.ts';
import { exitTable } from './exit-codes.ts';
import { loadError, moduleRemedy, shownPath } from './load-error.ts';
import { nearestPackage, typeOf } from './package-type.ts';

/**
 * The default export of a TypeScript or JavaScript file.
 * Errors: PLAYBOOK_NOT_FOUND, PLAYBOOK_NOT_LOADED, PLAYBOOK_INVALID, NODE_TOO_OLD, and what the playbook throws itself.
 */
export async function loadPlaybook(path: string): Promise<Playbook> {
  const file = resolve(path);
  requireFile(file);
  requireModule(file);
  const { default: found } = await importFile(file);
  if (isPlaybook(found)) return found;
  throw new HostwrightError('PLAYBOOK_INVALID', {
    problem:
      found === undefined
        ? `${shownPath(file)} has no default export.`
        : `The default export of ${shownPath(file)} is ${describe(found)} and no playbook.`,
    remedy: 'End the file with `export default playbook({ inventory: hosts, plays: [ … ] });`.',
  });
}

function requireFile(file: string): void {
  const shown = shownPath(file) || '.';
  let problem = `There is no file ${shown}.`;
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile()) return;
    if (found !== undefined)
      problem = `${shown} is ${found.isDirectory() ? 'a folder' : 'no file'}.`;
  } catch (cause) {
    problem = `${shown} cannot be looked at: ${messageOf(cause)}.`;
  }
  throw new HostwrightError('PLAYBOOK_NOT_FOUND', { problem });
}

const importPattern = /^(import|export)\b/m;

/** Said before Node tries, because it says so itself and at length. */
function requireModule(file: string): void {
  const nearest = nearestPackage(file);
  if (!/\.[jt]s$/.test(file) || nearest === undefined) return;
  if (typeOf(nearest) !== 'commonjs' || !importPattern.test(readFileSync(file, 'utf8'))) return;
  throw new HostwrightError('PLAYBOOK_NOT_LOADED', {
    problem: `${shownPath(nearest)} says "type": "commonjs", so that ${shownPath(file)} may not use import and export.`,
    remedy: moduleRemedy(file),
  });
}

async function importFile(file: string): Promise<{ readonly default?: unknown }> {
  // A playbook that ends the process, or waits for what never comes, must not look like a run that went well.
  const sayUnloaded = () => {
    process.stderr.write(
      `✘ ${shownPath(file)} ended, or waits for something that never comes, while it was loaded.\n`,
    );
    process.exitCode = exitTable.usage.code;
  };
  process.on('exit', sayUnloaded);
  try {
    return await import(pathToFileURL(file).href);
  } catch (thrown) {
    throw isHostwrightError(thrown) ? thrown : loadError(thrown, file);
  } finally {
    process.off('exit', sayUnloaded);
  }
}

/** By its form: the playbook may come from another copy of this package. */
function isPlaybook(value: unknown): value is Playbook {
  if (typeof value !== 'object' || value === null) return false;
  if (!('inventory' in value && 'plays' in value && Array.isArray(value.plays))) return false;
  const { inventory } = value;
  return typeof inventory === 'object' && inventory !== null && 'hosts' in inventory;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise, which `await` before it would resolve,';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
