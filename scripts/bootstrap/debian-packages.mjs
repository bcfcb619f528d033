import { say } from './progress.mjs';
import { capture } from './run-process.mjs';

/** Installs Debian packages, as root; says what for, and why it did not work. `purpose`: `the sandbox`. */
export async function installPackages(purpose, packages) {
  say(`installing Debian packages for ${purpose}: ${packages.join(' ')}`);
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
