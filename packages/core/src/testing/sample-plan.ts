import type { ErrorRecord } from '../model/errors.ts';
import type { StepResult } from '../model/outcome.ts';
import type { FieldDiff, Plan, PlanStep, Verdict } from '../model/plan.ts';

/** Parts of plans and outcomes, for tests of what shows them. */
export function sampleStep(
  host: string,
  label: string,
  verdict: Verdict,
  needs: readonly string[] = [],
): PlanStep {
  const kind = label.slice(0, label.indexOf('['));
  const source = { file: 'mail.ts', line: 12 };
  return { id: `${host}/${label}`, host, kind, label, source, digest: label, needs, verdict };
}

export function samplePlan(
  steps: readonly PlanStep[],
  unreachable: Plan['unreachable'] = [],
): Plan {
  return { version: 1, steps, unreachable, ways: [], refusals: [] };
}

export const creates: Verdict = {
  is: 'change',
  action: 'create',
  fields: [{ field: 'exists', from: false, to: true }],
};

export const unchanged: Verdict = { is: 'unchanged' };

export function updates(...fields: readonly FieldDiff[]): Verdict {
  return { is: 'change', action: 'update', fields };
}

export function knownAfter(...after: readonly string[]): Verdict {
  return { is: 'unknown', reason: 'postconf is not installed', after };
}

export const aptFailed: ErrorRecord = {
  code: 'APPLY_FAILED',
  problem: 'The command failed with exit code 100.',
  remedy: 'Correct the cause and run again.',
  detail: 'E: Unable to locate package postfx\r\n',
};

export const noAnswer: ErrorRecord = {
  code: 'TRANSPORT_UNREACHABLE',
  problem: 'No answer from 192.0.2.7 port 22 in 20 s.',
  remedy: 'Check that the host is up.',
  host: 'db1',
};

export function sampleResult(
  host: string,
  label: string,
  more: Pick<StepResult, 'result'> & Partial<StepResult>,
): StepResult {
  const { id, kind, source } = sampleStep(host, label, unchanged);
  return { id, host, kind, label, source, verdict: creates, ms: 4200, ...more };
}
