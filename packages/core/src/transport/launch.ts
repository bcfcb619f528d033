import { HostwrightError } from '../model/errors.ts';

/** How a shell is started on a host: a constant command line, and what its standard input begins with. */
export interface Launch {
  /** Constant. It holds no `'`, `!` or newline inside its quotes, so that sh, bash, fish and csh all read it alike. */
  readonly command: string;
  /** Lines for the command's own `read`, before the script. May hold a password. */
  readonly prefix: string;
  /** User the script will run as, when that is not the login user. */
  readonly becomeUser: string | undefined;
}

/**
 * Runs in the shell that starts the script's shell. It says on both streams where the script's output begins and ends:
 * what login shells, sudo or PAM print before is cut off, a start that never happened is told apart from a script that
 * failed, and the end is certain although a background child holds a stream open. `$$` leads the processes to kill.
 */
export const session = [
  'cd 2>/dev/null||cd /',
  'echo hostwright-ready:$$',
  'echo hostwright-ready:$$ >&2',
  '/bin/sh',
  'c=$?',
  'echo hostwright-end:$$:$c',
  'echo hostwright-end:$$:$c >&2',
  'exit $c',
].join(';');

/** A shell of the login user, in its home directory. */
export const plainLaunch: Launch = {
  command: `exec /bin/sh -c '${session}'`,
  prefix: '',
  becomeUser: undefined,
};

/** Beyond so many lines the shell reads a script command by command: bash and busybox crash on 40,000 in braces. */
const linesInBracesMax = 10_000;

/**
 * What goes to the script's shell. The braces make the shell read the whole script before it runs a line of it: when
 * the connection breaks half-way, nothing runs, instead of a command that was cut in two. And the commands inside read
 * /dev/null, not the rest of the script. Line numbers in the shell's messages stay those of the script.
 */
export function envelope(script: string): string {
  if (script.includes('\0')) {
    throw new HostwrightError('SHELL_NUL', { problem: 'A script contains a NUL byte.' });
  }
  const isLong = script.split('\n', linesInBracesMax + 1).length > linesInBracesMax;
  return `{ :; ${isLong ? readWhole(script) : script}\n\n} </dev/null\n`;
}

/** The script as a text that is read whole and then evaluated. */
function readWhole(script: string): string {
  let mark = 'hostwright-script';
  while (script.includes(mark)) mark += '-';
  return `hostwright=$(cat <<'${mark}'\n${script}\n${mark}\n)\neval "$hostwright"`;
}
