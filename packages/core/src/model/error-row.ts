/** One row per error code. `exitCode` is what the CLI returns for it; the codes are listed in docs/guide/exit-codes.md. */
export interface ErrorRow {
  readonly stage: string;
  readonly exitCode: number;
  readonly title: string;
  readonly remedy: string;
}

/** Exit code for what is wrong with a playbook or a command line. */
export const usage = 64;

/** Exit code for a host that could not be reached. */
export const unreachable = 4;

/** Exit code for a plan that must not be applied. Nothing was changed. */
export const refused = 3;

/** Exit code for what failed on a host. */
export const failed = 1;

/** Exit code for a host that another run holds: "try again later" of sysexits.h. */
export const locked = 75;
