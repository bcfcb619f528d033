import { errorTable } from '../model/error-table.ts';
import type { ErrorRecord } from '../model/errors.ts';
import type { HostSummary, Outcome } from '../model/outcome.ts';
import type { Plan, Verdict } from '../model/plan.ts';

interface ExitRow {
  readonly code: number;
  /** For `--help` and docs/guide/exit-codes.md. */
  readonly meaning: string;
}

/** Everything the command exits with. */
export const exitTable = {
  ok: { code: 0, meaning: 'nothing to do, or everything was applied and verified' },
  failed: { code: 1, meaning: 'a resource failed, or could not be read or compared' },
  changes: {
    code: 2,
    meaning:
      'plan and verify: something differs; health: an indicator is bad; apply, do: the answer was no',
  },
  refused: { code: 3, meaning: 'a plan that must not be applied was refused; nothing was changed' },
  unreachable: { code: 4, meaning: 'a host could not be reached, and nothing failed otherwise' },
  usage: { code: 64, meaning: 'command line, playbook or inventory are not valid' },
  internal: { code: 70, meaning: 'a defect in Hostwright or in a resource type' },
  locked: { code: 75, meaning: 'another run holds a host, and nothing failed otherwise' },
  interrupted: { code: 130, meaning: 'ended by a signal' },
} as const satisfies Readonly<Record<string, ExitRow>>;

/** The exit code of an error that ended the run. */
export function exitCodeOfError({ code }: Pick<ErrorRecord, 'code'>): number {
  // An error of a newer library beside this command has a code that the table here lacks.
  return (
    (errorTable[code] as (typeof errorTable)[keyof typeof errorTable] | undefined)?.exitCode ??
    exitTable.failed.code
  );
}

/** A refusal weighs most, a failure more than a host that was not reached, and that more than a difference. */
export function exitCodeOfPlan({ steps, unreachable, refusals }: Plan): number {
  const has = (is: Verdict['is']) => steps.some(({ verdict }) => verdict.is === is);
  if (refusals.length > 0) return exitTable.refused.code;
  if (has('error')) return exitTable.failed.code;
  if (unreachable.length > 0) return exitTable.unreachable.code;
  return has('change') || has('refresh') || has('unknown')
    ? exitTable.changes.code
    : exitTable.ok.code;
}

export function exitCodeOfOutcome({ steps, hosts, isConverged }: Outcome): number {
  if (isConverged) return exitTable.ok.code;
  if (steps.some(({ because }) => because === 'interrupted')) return exitTable.interrupted.code;
  if (steps.some(({ result }) => result === 'failed')) return exitTable.failed.code;
  return exitCodeOfHosts(hosts, exitTable.failed.code);
}

export function exitCodeOfHosts(hosts: readonly HostSummary[], otherwise: number): number {
  const isLocked = ({ error }: HostSummary) => error?.code === 'LOCK_HELD';
  const isLost = ({ error, counts }: HostSummary) => error !== undefined || counts.unreachable > 0;
  if (hosts.some((host) => isLost(host) && !isLocked(host))) return exitTable.unreachable.code;
  return hosts.some(isLocked) ? exitTable.locked.code : otherwise;
}

/** The exit code of answers, of which some say why there is none: a failure weighs more than a host that was not reached. */
export function exitCodeOfAnswers(
  answers: readonly { readonly error?: Pick<ErrorRecord, 'code'> | undefined }[],
): number {
  const codes = answers.flatMap(({ error }) => (error === undefined ? [] : exitCodeOfError(error)));
  if (codes.some((code) => code !== exitTable.unreachable.code)) return exitTable.failed.code;
  return codes.length > 0 ? exitTable.unreachable.code : exitTable.ok.code;
}
