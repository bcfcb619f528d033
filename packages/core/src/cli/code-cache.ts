import { statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { thisUser } from '../model/this-user.ts';

/**
 * Lets Node keep what it compiles, this program and playbooks alike, in the user's cache folder: a command then starts in
 * half the time. Nothing is kept where the home belongs to another user, as it does after some kinds of `sudo`: code of
 * theirs would run with the rights of this one. Source: https://nodejs.org/api/module.html#module-compile-cache
 */
export function keepCompiledCode(env: Readonly<Record<string, string | undefined>>): void {
  const folder = codeCacheFolder(env, thisUser().homeFolder);
  if (folder !== undefined) enableCompileCache(folder);
}

/** Undefined: there is no folder that only this user writes to. */
export function codeCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string | undefined {
  const { XDG_CACHE_HOME: named = '' } = env;
  const base = named === '' ? home : named;
  if (ownerOf(base) !== process.getuid?.()) return undefined;
  return join(named === '' ? join(home, '.cache') : named, 'hostwright/code');
}

/** Undefined where there is no such folder, or nobody may look. */
function ownerOf(folder: string): number | undefined {
  try {
    return statSync(folder).uid;
  } catch {
    return undefined;
  }
}
