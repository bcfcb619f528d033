import type { Sh } from '../model/sh.ts';
import { sh } from './sh.ts';

/**
 * Prints what no two starts of a host have in common: the boot id, and when its first process began. Both, because a
 * container that is started anew may keep the boot id of the machine below.
 */
export const readBootMark: Sh = sh`{ read -r hw_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null || hw_boot=
{ IFS= read -r hw_line </proc/1/stat; } 2>/dev/null || hw_line=
set -- \${hw_line##*) }
echo "mark:$hw_boot:\${20:-}"`;

/** Undefined where the host shows neither. */
export function parseBootMark(stdout: string): string | undefined {
  const mark = /^mark:(.*:.*)$/m.exec(stdout)?.[1];
  return mark === ':' ? undefined : mark;
}
