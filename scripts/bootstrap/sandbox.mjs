import { join } from 'node:path';
import { installPackages } from './debian-packages.mjs';
import { rootDirectory, say } from './progress.mjs';
import { capture, environmentOf } from './run-process.mjs';

/**
 * Makes the machine ready for sandbox hosts where it can be: root on Debian gets the packages that are missing. Where the
 * sandbox cannot boot, one line says why, HOSTWRIGHT_LAB_MISSING carries the reason, and everything else goes on.
 */
export async function prepareSandbox(runtime) {
  if (process.env.HOSTWRIGHT_LAB === 'off') return;
  let found = await askLab(runtime);
  if (found.packages.length > 0 && process.geteuid?.() === 0) {
    await installPackages('the sandbox', found.packages);
    found = await askLab(runtime);
  }
  if (found.missing === undefined) return;
  say(`no sandbox hosts here: ${found.missing}`);
  // `required` is for machines that are meant to have one: there the tests shall fail and not be skipped.
  if (process.env.HOSTWRIGHT_LAB !== 'required') process.env.HOSTWRIGHT_LAB_MISSING = found.missing;
}

/** The lab itself knows what it needs; see test/lab/requirements.ts. */
async function askLab(runtime) {
  const script = join(rootDirectory, 'test', 'lab', 'cli.ts');
  const env = environmentOf(runtime, { NODE_OPTIONS: '--disable-warning=ExperimentalWarning' });
  const { stdout, output } = await capture(runtime.node, [script, 'check', '--json'], { env });
  try {
    return JSON.parse(stdout);
  } catch {
    return { missing: `the lab does not start: ${output.trim()}`, packages: [] };
  }
}
