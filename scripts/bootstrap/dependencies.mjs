import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BootstrapError, rootDirectory, say } from './progress.mjs';
import { capture, environmentOf } from './run-process.mjs';

const stampPath = join(rootDirectory, 'node_modules', '.hostwright-installed');

/** For running the command line: no compiler, no test runner, no site. A small part of all, and there in a fraction of the time. */
const toRun = ['--prod', '--filter', './packages/*', '--filter', './examples/*'];

/**
 * Installs what pnpm-lock.yaml locks, `all` of it or what is needed `to run`, unless that is there: the stamp is written last
 * and names the lock file, and what was left out.
 */
export async function installDependencies(runtime, what) {
  const digest = lockDigest();
  const partial = `${digest} to run`;
  const found = existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : '';
  if (found === digest || (what === 'to run' && found === partial)) return;
  say('installing the locked dependencies with pnpm');
  rmSync(stampPath, { force: true });
  // CI=true: pnpm asks nothing, also where node_modules was left half-way by an install that was cut off.
  const env = environmentOf(runtime, { CI: 'true' });
  const some = what === 'to run' ? toRun : [];
  const args = [runtime.pnpm, 'install', '--frozen-lockfile', '--prefer-offline', ...some];
  const result = await capture(runtime.node, args, { env });
  if (result.exitCode !== 0) {
    throw new BootstrapError(`pnpm could not install the dependencies:\n${result.output}`);
  }
  writeFileSync(stampPath, what === 'to run' ? partial : digest);
}

function lockDigest() {
  const hash = createHash('sha256');
  const manifests = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    ...packageManifests(),
  ];
  for (const name of manifests) hash.update(name).update(readFileSync(join(rootDirectory, name)));
  return hash.digest('hex');
}

function packageManifests() {
  return ['packages', 'examples']
    .filter((parent) => existsSync(join(rootDirectory, parent)))
    .flatMap((parent) =>
      readdirSync(join(rootDirectory, parent))
        .sort()
        .map((name) => join(parent, name, 'package.json')),
    )
    .concat(join('test', 'package.json'))
    .filter((path) => existsSync(join(rootDirectory, path)));
}
