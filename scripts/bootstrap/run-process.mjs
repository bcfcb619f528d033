import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { rootDirectory } from './progress.mjs';

/** Runs a command to its end and returns what it printed, both streams in one; never throws. */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: rootDirectory,
      ...options,
    });
    let stdout = '';
    let output = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (cause) => resolve({ exitCode: -1, stdout, output: cause.message }));
    child.on('close', (code) => resolve({ exitCode: code ?? -1, stdout, output }));
  });
}

/** Runs a command with this terminal, and returns its exit code; a signal counts as 128 + its number, as in a shell. */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', cwd: rootDirectory, ...options });
    // Ctrl-C reaches the child by itself; this process only must not end before it.
    const ignore = () => undefined;
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    process.on('SIGHUP', pass);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      process.off('SIGHUP', pass);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** The caller's environment with the project's own Node and commands first on PATH. */
export function environmentOf(runtime, more = {}) {
  const commands = [dirname(runtime.node), join(rootDirectory, 'node_modules', '.bin')];
  const path = [...commands, process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path, ...more };
}
