import { HostwrightError, type Sh, sh } from '@hostwright/core';

/** What stat(1) tells of one path. */
export interface PathStatus {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Four octal digits. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  /** Bytes. */
  readonly size: number;
}

/** What stands at a path. A parent that is missing, or that may not be entered, is no absence of the path itself. */
export type PathFinding =
  | { readonly is: 'found'; readonly status: PathStatus }
  | { readonly is: 'absent' }
  | { readonly is: 'no parent'; readonly parent: string }
  | { readonly is: 'unreadable'; readonly error: HostwrightError };

/**
 * Reads many paths with one stat(1), and asks once more, one by one, only for those that are not there. With `-L`
 * links are followed, and one that leads nowhere is told apart from absence.
 */
export function probePaths(paths: readonly string[], option: '' | '-L'): Sh {
  const follow = option === '-L' ? sh`-L` : sh``;
  return sh`set -- ${paths}
stat ${follow} -c 'S%f %u %g %s %U:%G %n' -- "$@" 2>/dev/null
i=0
for path do
  if [ -e "$path" ]; then :
  elif [ -L "$path" ]; then printf 'L%s\\n' $i
  else
    printf 'E%s %s\\n' $i "$(stat -c %f -- "$path" 2>&1)"
    [ -d "\${path%/*}/" ] || printf 'P%s\\n' $i
  fi
  i=$((i + 1))
done`;
}

/** One finding for each path, in their order. */
export function parsePaths(stdout: string, paths: readonly string[]): readonly PathFinding[] {
  const lines = stdout.split('\n');
  const found = new Map(lines.flatMap(statusLine));
  const errors = new Map(lines.flatMap(errorLine));
  const marks = new Set(lines);
  return paths.map((path, index): PathFinding => {
    const status = found.get(path);
    if (status !== undefined) return { is: 'found', status };
    const message = errors.get(index);
    const isAbsent = message?.endsWith('No such file or directory') === true;
    if (isAbsent && marks.has(`P${index}`)) {
      return { is: 'no parent', parent: path.slice(0, path.lastIndexOf('/')) || '/' };
    }
    if (isAbsent) return { is: 'absent' };
    const reason = message ?? (marks.has(`L${index}`) ? brokenLink : 'it was not listed');
    return { is: 'unreadable', error: unreadablePath(path, reason) };
  });
}

const brokenLink = 'it is a symbolic link that leads to nothing that can be read';

/** Errors: PROBE_FAILED. What may not be read is never taken for absent. */
export function unreadablePath(path: string, reason: string): HostwrightError {
  return new HostwrightError('PROBE_FAILED', { problem: `${path} could not be read: ${reason}.` });
}

function statusLine(line: string): readonly (readonly [string, PathStatus])[] {
  // Names from a directory service may hold blanks (`domain users`), none a colon.
  const match = /^S([0-9a-f]+) (\d+) (\d+) (\d+) ([^:]+):([^:]+?) (\/.*)$/.exec(line);
  if (match === null) return [];
  const [, bits = '0', uid, gid, size, owner = '', group = '', path = ''] = match;
  const raw = Number.parseInt(bits, 16);
  const mode = (raw & 0o7777).toString(8).padStart(4, '0');
  const status = { kind: kindOf(raw), mode, owner, group } as const;
  return [[path, { ...status, uid: Number(uid), gid: Number(gid), size: Number(size) }]];
}

/** The type bits of st_mode. Source: inode(7). */
function kindOf(raw: number): PathStatus['kind'] {
  const type = raw & 0o170000;
  if (type === 0o100000) return 'file';
  if (type === 0o040000) return 'directory';
  return type === 0o120000 ? 'link' : 'other';
}

function errorLine(line: string): readonly (readonly [number, string])[] {
  const match = /^E(\d+) (.*)$/.exec(line);
  return match === null ? [] : [[Number(match[1]), match[2] ?? '']];
}
