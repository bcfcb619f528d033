/**
 * `*` and `?` only. The walk goes back to the last star instead of recursing, so that a pattern of many stars costs
 * no more than pattern times name.
 */
export function matchesGlob(pattern: string, name: string): boolean {
  let at = 0;
  let read = 0;
  let star = -1;
  let resume = 0;
  while (read < name.length) {
    if (pattern[at] === '*') {
      star = at;
      resume = read;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[read])) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      resume += 1;
      read = resume;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** What a name of a file has to be, by the rules of glob(7): `*`, `?` and sets such as `[0-9]` or `[!a]`. */
export function fileGlob(pattern: string): RegExp {
  const text = pattern.replaceAll(
    /\[(!?)(\]?[^\]]*)\]|[\s\S]/g,
    (all, negation: string | undefined, set: string | undefined) => {
      if (set !== undefined && set !== '') {
        return `[${negation === '!' ? '^' : ''}${set.replaceAll(/[\\\]^[]/g, '\\$&')}]`;
      }
      if (all === '*') return '[^/]*';
      return all === '?' ? '[^/]' : all.replaceAll(/[\\^$.+()[\]{}|]/g, '\\$&');
    },
  );
  try {
    return new RegExp(`^${text}$`, 's');
  } catch {
    // A set such as [z-a], in which nothing is.
    return /(?!)/;
  }
}
