import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError } from './lab-error.ts';

/**
 * Runs `action` while this process alone holds the lock of `path`. The kernel keeps the lock (flock), held by a child
 * that ends with its standard input, so that it is free again however this process ends.
 */
export async function withFileLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const holder = spawn('flock', ['-x', path, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  const ended = once(holder, 'exit');
  const answer = await Promise.race([once(holder.stdout, 'data'), ended]);
  if (String(answer[0]).trim() !== 'held') {
    throw new LabError(`The lock ${path} could not be taken.`);
  }
  try {
    return await action();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
