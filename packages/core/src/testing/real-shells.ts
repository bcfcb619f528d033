import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Scripts that run longer than this in the empty shell wait for something. Milliseconds. */
const timeLimitMs = 20_000;

const parsers: readonly (readonly [string, ...string[]])[] = [
  ['/bin/sh', '-n'],
  ['/bin/bash', '--posix', '-n'],
  ['/bin/busybox', 'sh', '-n'],
  ['/usr/bin/busybox', 'sh', '-n'],
];

/**
 * What the shells of this machine say against the syntax of a script: /bin/sh, bash and busybox, where installed, or
 * only the first `shellsMax` of them.
 */
export function syntaxProblems(script: string, shellsMax = parsers.length): readonly string[] {
  return parsers.slice(0, shellsMax).flatMap(([program, ...options]) => {
    if (!existsSync(program)) return [];
    const { status, stderr } = spawnSync(program, options, { input: script, encoding: 'utf8' });
    return status === 0 ? [] : [`${program} ${options.join(' ')}: ${stderr.trim()}\n${script}`];
  });
}

/**
 * How a script ends. `killed` is what the nasty strings do to the shell that runs them, once they get out of their
 * quotes. It runs in a bash that can harm nothing: restricted (no output redirection, no `cd`, no path in a command
 * name) and with an empty PATH, so only builtins work. `set -e` and `exit` are disarmed so that it gets far.
 */
export function endOf(script: string): 'ended' | 'killed' | 'timed out' {
  if (!existsSync('/bin/bash')) return 'ended';
  const text = `set() { :; }; exit() { :; }; trap() { :; }\n{ ${script}\n} </dev/null`;
  const { signal } = spawnSync('/bin/bash', ['--norc', '-r', '-s'], {
    input: text,
    env: { PATH: '/nonexistent' },
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: timeLimitMs,
    killSignal: 'SIGTERM',
  });
  if (signal === 'SIGKILL') return 'killed';
  return signal === null ? 'ended' : 'timed out';
}
