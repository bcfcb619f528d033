import { type Sh, sh } from '@hostwright/core';

/**
 * Runs a shell program as a unit of its own and waits for it: it goes on when the connection ends, and runs only once at a
 * time. Prints the end of what it said.
 */
export function asUnit(name: string, program: string, args: readonly string[]): Sh {
  const log = `/run/${name}.log`;
  // systemd puts values in where it sees a $, unless there are two.
  const words = ['-c', program, name, ...args].map((word) => word.replaceAll('$', '$$$$'));
  return sh`systemd-run --quiet --wait --collect --unit=${name} -p ${`StandardOutput=truncate:${log}`} -p StandardError=inherit -- /bin/sh ${words} && code=0 || code=$?
if [ "$code" -eq 0 ]; then tail -n 20 ${log}; else tail -n 20 ${log} >&2; fi
exit "$code"`;
}
