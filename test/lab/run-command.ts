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
  /**
   * The command and what it started are killed after this time. No limit when left out: only then does it get the
   * terminal's Ctrl-C, since a process group of its own is what makes it killable as a whole.
   */
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
      detached: options.timeoutMs !== undefined,
    });
    const timer = setTimeoutUnlessEndless(options.timeoutMs, () => killGroup(child.pid));
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (cause) =>
      reject(new LabError(`The command ${command} could not be started: ${cause.message}`)),
    );
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
        exitCode: code ?? -1,
      });
    });
    // A command that ends before it has read its input must not end this process with EPIPE.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

function setTimeoutUnlessEndless(
  timeoutMs: number | undefined,
  action: () => void,
): NodeJS.Timeout | undefined {
  return timeoutMs === undefined ? undefined : setTimeout(action, timeoutMs);
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them ended by themselves.
  }
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
