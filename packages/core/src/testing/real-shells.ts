import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isClosed, shellCommands } from './shell-commands.ts';

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

/** The same for many scripts: all in one go, and one by one only where something is wrong. */
export function syntaxProblemsOfAll(scripts: readonly string[]): readonly string[] {
  const isFine = scripts.every(isClosed) && syntaxProblems(scripts.join('\n')).length === 0;
  return isFine ? [] : scripts.flatMap((script) => syntaxProblems(script));
}

/** What bash runs itself or reads as syntax: no function may take its place. */
const ownWords = new Set(
  (
    '. : [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo ' +
    'enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf ' +
    'pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit ' +
    'umask unalias unset wait if then elif else fi for while until do done case esac in function select time coproc'
  ).split(' '),
);

/**
 * How a script ends. `killed` is what the nasty strings do to the shell that runs them, once they get out of their
 * quotes. It runs in a bash that can harm nothing: restricted (no output redirection, no `cd`, no path in a command
 * name) and with an empty PATH, so only builtins work. `set -e` and `exit` are disarmed so that it gets far, and each
 * command that would not be found is a function that says so, because a process each is slow.
 */
export function endOf(script: string): 'ended' | 'killed' | 'timed out' {
  if (!existsSync('/bin/bash')) return 'ended';
  const names = new Set(shellCommands(script).flatMap(({ words }) => words));
  const notFound = [...names]
    .filter((name) => /^[A-Za-z_][\w.-]*$/.test(name) && !ownWords.has(name))
    .map((name) => `${name}() { return 127; }\n`)
    .join('');
  const text = `${notFound}set() { :; }; exit() { :; }; trap() { :; }\n{ ${script}\n} </dev/null`;
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
