import { type Sh, sh } from '@hostwright/core';

/**
 * A change that a reload cannot bring in (inet_interfaces of Postfix) leaves a file here, named like the unit. The
 * refresh that follows finds it and restarts. It lies under /run, so it outlives a killed run, and a boot removes it,
 * which restarts everything anyway.
 */
export const restartMarks = '/run/hostwright/restart';

/** Asks the next refresh of the unit to restart it. */
export function markRestart(unit: string): Sh {
  return sh`{ mkdir -p ${restartMarks} && : >${`${restartMarks}/${unit}`}; }`;
}
