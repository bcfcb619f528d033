import { spawn } from 'node:child_process';

export interface ShownOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The command is killed after this time. */
  readonly limitMs: number;
}

/** Runs a command whose output people see as it comes; gives its exit code, and -1 where a signal ended it. */
export function runShown(words: readonly string[], options: ShownOptions): Promise<number> {
  const [command = '', ...args] = words;
  const { limitMs, ...place } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...place,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
}
