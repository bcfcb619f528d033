import type { Sh } from '../model/sh.ts';
import { sh } from './sh.ts';

/** Name in the environment of everything that a step starts. A broken connection leaves it running. */
export const stepVariable = 'HOSTWRIGHT_STEP';

/** Waits until no shell of a step is left on the host. Exits 1 when one still is after so many seconds. */
export function awaitStepEnd(id: string, seconds: number): Sh {
  return sh`hw_left=${seconds * 5}
while :; do
  hw_runs=
  for hw_file in $(grep -lsF ${`${stepVariable}=${id}`} /proc/[0-9]*/environ); do
    { read -r hw_name <"\${hw_file%/environ}/comm"; } 2>/dev/null || continue
    case $hw_name in sh | dash | bash | busybox | timeout) hw_runs=1 ;; esac
  done
  [ -n "$hw_runs" ] || exit 0
  hw_left=$((hw_left - 1))
  [ "$hw_left" -gt 0 ] || exit 1
  sleep 0.2
done`;
}
