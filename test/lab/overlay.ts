import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { outputOf, runCommand } from './run-command.ts';

/** Where the upper layers of a lab's hosts can lie; undefined when overlayfs works on neither. */
export type UpperPlace = 'disk' | 'memory';

/**
 * Tries it, in a mount namespace of its own so that nothing is left to unmount. A directory that lies on overlayfs itself,
 * as in most containers, cannot hold an upper layer; memory can.
 */
export async function findUpperPlace(directory: string): Promise<UpperPlace | undefined> {
  const trial = await mkdtemp(join(directory, '.overlay-'));
  try {
    const mountAll = `mkdir lower upper work root && mount -t overlay overlay root \\
      -o lowerdir=lower,upperdir=upper,workdir=work`;
    const onDisk = await tryMount(`cd "$1" && ${mountAll}`, trial);
    if (onDisk) return 'disk';
    const inMemory = `mount -t tmpfs tmpfs "$1" && cd "$1" && ${mountAll}`;
    return (await tryMount(inMemory, trial)) ? 'memory' : undefined;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

/**
 * `volatile` leaves out every fsync to the disk below, which makes dpkg several times quicker; what is lost when this
 * machine itself goes down is a test host.
 */
export async function mountOverlay(image: string, directory: string): Promise<void> {
  const layers = `lowerdir=${image},upperdir=${directory}/upper,workdir=${directory}/work`;
  const mountWith = (options: string): readonly string[] => [
    ...['-t', 'overlay', 'overlay', '-o', options],
    join(directory, 'root'),
  ];
  const quick = await runCommand('mount', mountWith(`${layers},volatile`));
  // Kernels before 5.10 do not know the option.
  if (quick.exitCode !== 0) await outputOf('mount', mountWith(layers));
}

async function tryMount(script: string, directory: string): Promise<boolean> {
  const result = await runCommand('unshare', ['--mount', 'sh', '-c', script, 'sh', directory]);
  return result.exitCode === 0;
}
