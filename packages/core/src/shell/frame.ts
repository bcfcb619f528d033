import type { Sh } from '../model/sh.ts';
import { quote } from './quote.ts';

/** One piece of a batch: its own exit code and time limit; one that fails or hangs does not touch the others. */
export interface Fragment {
  readonly text: Sh;
  /** Commands it needs. When one is missing the fragment does not run, and the answer says which. */
  readonly commands: readonly string[];
  readonly timeoutMs: number;
}

/** What one fragment answered. */
export type Answer =
  | {
      readonly is: 'ran';
      readonly exitCode: number;
      readonly stdout: Buffer;
      readonly stderr: Buffer;
    }
  | { readonly is: 'missing'; readonly commands: readonly string[] }
  | { readonly is: 'timed out'; readonly stdout: Buffer; readonly stderr: Buffer }
  /** The script ended before it, or something else wrote into its frame. */
  | { readonly is: 'lost' };

/** Exit codes of timeout(1) for a limit that was reached: TERM was enough, KILL was needed. */
const timeoutExitCodes = new Set([124, 137]);

/**
 * Many fragments as one POSIX script. Each runs in a shell of its own: what it sets, or a syntax error in it, touches no
 * other. Before and after each, the marker is printed on both streams; it is random, so that no output can contain it.
 *
 * With `limits: 'each'` a fragment that hangs is ended and named, and the others go on; that costs three processes for
 * each. With `limits: 'none'` it is one, and the caller has to end a script that takes too long.
 *
 * `marker` must be fresh for every script, of letters and digits only.
 */
export function frameScript(
  fragments: readonly Fragment[],
  marker: string,
  limits: 'each' | 'none' = 'each',
): string {
  const calls = fragments.map(({ text, commands, timeoutMs }, index) => {
    const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
    // The braces make the shell parse all of it before it runs any, and keep its input from the commands in it.
    const body = `{ ${text.script}\n} </dev/null`;
    return `hw ${index} ${seconds} ${quote(commands.join(' '))} ${quote(body)}`;
  });
  return [prologue(marker, starts[limits]), ...calls, ''].join('\n');
}

/** How a fragment, the fourth word, is started. It comes through a pipe: its text stands in no process's arguments. */
const starts = {
  each: `elif command -v timeout >/dev/null 2>&1; then printf '%s\\n' "$4" | timeout -k 2 "$2" /bin/sh; hw_end=$?
  else printf '%s\\n' "$4" | /bin/sh; hw_end=$?; fi`,
  none: 'else ( eval "$4" ); hw_end=$?; fi',
};

function prologue(marker: string, start: string): string {
  return `LC_ALL=C; export LC_ALL; unset LANGUAGE ENV BASH_ENV CDPATH
PATH="\${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; export PATH
hw() {
  printf '%s<%s\\n' ${marker} "$1"; printf '%s<%s\\n' ${marker} "$1" >&2
  hw_missing=
  for hw_command in $3; do command -v "$hw_command" >/dev/null 2>&1 || hw_missing="$hw_missing $hw_command"; done
  if [ -n "$hw_missing" ]; then hw_end="missing$hw_missing"
  ${start}
  printf '%s>%s %s\\n' ${marker} "$1" "$hw_end"; printf '%s>%s\\n' ${marker} "$1" >&2
}`;
}

/** Finds each fragment's answer in what the script printed. Noise before, between and after is passed over. */
export function readFrames(
  count: number,
  marker: string,
  stdout: Buffer,
  stderr: Buffer,
): readonly Answer[] {
  return Array.from({ length: count }, (_, index) => {
    const out = between(stdout, `${marker}<${index}\n`, `${marker}>${index} `);
    if (out === undefined) return { is: 'lost' };
    const end = stdout.indexOf('\n', out.end);
    const word = stdout.toString('latin1', out.end, end < 0 ? stdout.length : end);
    if (word.startsWith('missing')) return { is: 'missing', commands: word.split(' ').slice(1) };
    if (!/^\d+$/.test(word)) return { is: 'lost' };
    const errors = between(stderr, `${marker}<${index}\n`, `${marker}>${index}\n`)?.content;
    const streams = { stdout: out.content, stderr: errors ?? Buffer.alloc(0) };
    const exitCode = Number(word);
    if (timeoutExitCodes.has(exitCode)) return { is: 'timed out', ...streams };
    return { is: 'ran', exitCode, ...streams };
  });
}

function between(
  bytes: Buffer,
  begin: string,
  end: string,
): { readonly content: Buffer; readonly end: number } | undefined {
  const from = bytes.indexOf(begin, 0, 'latin1');
  if (from < 0) return undefined;
  const start = from + begin.length;
  const to = bytes.indexOf(end, start, 'latin1');
  if (to < 0) return undefined;
  return { content: bytes.subarray(start, to), end: to + end.length };
}
