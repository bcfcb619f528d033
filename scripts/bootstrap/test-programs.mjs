import { installPackages } from './debian-packages.mjs';
import { capture } from './run-process.mjs';

/** Programs that results are held against, and their packages: tests are skipped where one is missing, and CI is to skip none. */
const packages = {
  'ansible-inventory': 'ansible-core',
  busybox: 'busybox',
  chromium: 'chromium',
  fish: 'fish',
  vagrant: 'vagrant',
  zsh: 'zsh',
};

/** Brings the ones that are missing, as root on Debian. Elsewhere their tests say that they were skipped. */
export async function installTestPrograms() {
  if (process.geteuid?.() !== 0 || !(await isThere('apt-get'))) return;
  const programs = Object.keys(packages);
  const found = await Promise.all(programs.map(isThere));
  const missing = programs.filter((_, index) => !found[index]);
  if (missing.length === 0) return;
  await installPackages(
    'tests beside other programs',
    missing.map((program) => packages[program]),
  );
}

async function isThere(program) {
  return (await capture('which', [program])).exitCode === 0;
}
