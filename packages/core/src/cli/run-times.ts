import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { thisUser } from '../model/this-user.ts';
import type { KindTimes } from '../report/time-left.ts';

interface TimesFile {
  readonly version: 1;
  /** Milliseconds by kind. */
  readonly kinds: KindTimes;
}

/** Where earlier runs of this user left how long things take. Only the live view reads it: nothing depends on it. */
export function timesPath(env: Readonly<Record<string, string | undefined>>): string {
  const { HOSTWRIGHT_STATE_FOLDER: own, XDG_STATE_HOME: state } = env;
  if (own !== undefined && own !== '') return join(own, 'times.json');
  const folder =
    state === undefined || state === '' ? join(thisUser().homeFolder, '.local/state') : state;
  return join(folder, 'hostwright/times.json');
}

/** What cannot be read is nothing. */
export function readTimes(path: string): KindTimes {
  try {
    const { version, kinds } = JSON.parse(readFileSync(path, 'utf8')) as Partial<TimesFile>;
    const entries = version === 1 ? Object.entries(kinds ?? {}) : [];
    return Object.fromEntries(entries.filter(([, ms]) => Number.isFinite(ms) && ms >= 0));
  } catch {
    return {};
  }
}

/** A folder that cannot be written to costs the next run its estimate, and no more. */
export function writeTimes(path: string, kinds: KindTimes): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ version: 1, kinds } satisfies TimesFile)}\n`);
  } catch {
    return;
  }
}
