import { fileURLToPath } from 'node:url';

/** The folder that was cloned, whatever its name. */
export const rootDirectory = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');

/** A reason why the bootstrap cannot go on, worded for the person at the terminal. */
export class BootstrapError extends Error {
  name = 'BootstrapError';
}

/** One line a step on standard error, with the time since the start of this process. */
export function say(line) {
  const seconds = (performance.now() / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds} s  ${line}\n`);
}
