import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

const repository = join(import.meta.dirname, '../..');

/** Somebody who tries an example on the hosts of a lab, with the commands of the documentation. */
export interface Newcomer {
  /** Runs the command line in an example's folder; resolves with its exit code and all that it said. */
  hostwright(
    example: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly output: string }>;
  /** Starts a program of an example. */
  start(example: string, file: string, env: Readonly<Record<string, string>>): ChildProcess;
  leave(): void;
}

/** A home whose owner has logged in to the hosts of a lab before: a key, and host keys. */
export function newcomerHome(lab: Lab): string {
  const home = mkdtempSync(join(tmpdir(), 'hostwright-newcomer-'));
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  copyFileSync(lab.identityFile, join(home, '.ssh/id_ed25519'));
  copyFileSync(lab.knownHosts, join(home, '.ssh/known_hosts'));
  return home;
}

/** The examples are run as they are: nothing of them is imported. */
export function newcomer(lab: Lab): Newcomer {
  const home = newcomerHome(lab);
  const start = (
    example: string,
    words: readonly string[],
    env: Readonly<Record<string, string>>,
  ) =>
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...words], {
      cwd: join(repository, 'examples', example),
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    start: (example, file, env) => start(example, [file], env),
    hostwright(example, args, env = {}) {
      const main = join(repository, 'packages/core/src/cli/main.ts');
      const child = start(example, [main, ...args], env);
      const said: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
      return new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code) =>
          resolve({ code: code ?? -1, output: Buffer.concat(said).toString('utf8') }),
        );
      });
    },
    leave: () => rmSync(home, { recursive: true }),
  };
}
