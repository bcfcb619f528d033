import { spawn } from 'node:child_process';
import { LabError } from './lab-error.ts';

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 128 + signal number is not imitated: a command ended by a signal has -1. */
  readonly exitCode: number;
}

export interface CommandOptions {
  readonly input?: string;
  /** The whole environment of the command; that of this process when left out. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The command is killed after this time. No limit when left out. */
  readonly timeoutMs?: number;
}

/** Runs one command without a shell and waits for its end. Resolves whatever its exit code is. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: 'pipe',
      env: options.env ?? environmentWithSbin(),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.timeoutMs === undefined
        ? {}
        : { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (cause) =>
      reject(new LabError(`The command ${command} could not be started: ${cause.message}`)),
    );
    child.on('close', (code) =>
      resolve({
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
        exitCode: code ?? -1,
      }),
    );
    // A command that ends before it has read its input must not end this process with EPIPE.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** `su` without a login shell leaves root without the directories where ip and sysctl are. */
function environmentWithSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
}

/** The standard output of a command that has to succeed. */
export async function outputOf(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const result = await runCommand(command, args, options);
  if (result.exitCode === 0) return result.stdout;
  const line = [command, ...args].join(' ').slice(0, commandCharsMax);
  throw new LabError(
    `The command \`${line}\` ended with ${result.exitCode}.`,
    result.stderr || result.stdout,
  );
}

const commandCharsMax = 200;
