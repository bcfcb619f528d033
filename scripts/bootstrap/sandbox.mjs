import { join } from 'node:path';
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
    await installPackages(found.packages);
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

async function installPackages(packages) {
  say(`installing Debian packages for the sandbox: ${packages.join(' ')}`);
  const first = await aptGet(['install', ...packages]);
  if (first.exitCode === 0) return;
  // The package lists are missing or older than the archive.
  say('refreshing the package lists');
  await aptGet(['update']);
  const second = await aptGet(['install', ...packages]);
  if (second.exitCode !== 0) say(`apt-get failed: ${lastLine(second.output)}`);
}

function aptGet(args) {
  // A Debian machine may be busy with an upgrade of its own at boot, hence the wait for its lock.
  const options = ['-qy', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  return capture('apt-get', [...options, ...args], { env });
}

function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
