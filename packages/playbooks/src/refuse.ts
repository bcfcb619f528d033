import { callSite, type ErrorCode, HostwrightError } from '@hostwright/core';

/** Throws all problems that settings have as one error of this code, at the line that gave them, where they have one. */
export function refuse(code: ErrorCode, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new HostwrightError(code, { problem: problems.join(' '), source: callSite() });
}
