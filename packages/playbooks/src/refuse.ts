import { type ErrorCode, HostwrightError } from '@hostwright/core';

/** Throws all problems that settings have as one error of this code, where they have one. */
export function refuse(code: ErrorCode, problems: readonly string[]): void {
  if (problems.length > 0) throw new HostwrightError(code, { problem: problems.join(' ') });
}
