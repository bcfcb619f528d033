import { HostwrightError } from '../model/errors.ts';
import type { Outcome } from '../model/outcome.ts';
import { failedHosts } from '../run/failed-hosts.ts';
import { notWritten } from './not-written.ts';
import { writeReport } from './write-report.ts';

/**
 * Writes the outcome of a run, secrets left out, as JSON that `--limit @FILE` and other programs read.
 * Errors: REPORT_NOT_WRITTEN.
 */
export function writeOutcome(path: string, outcome: Outcome): void {
  try {
    writeReport(path, `${JSON.stringify(outcome, undefined, 2)}\n`);
  } catch (cause) {
    throw notWritten(`The report ${path}`, cause, true);
  }
}

/** The hosts of a report that want another run. Errors: USAGE for what is no report. */
export function reportedHosts(text: string, path: string): readonly string[] {
  const outcome = parsed(text);
  if (isOutcome(outcome)) return failedHosts(outcome);
  throw new HostwrightError('USAGE', {
    problem: `${path} is no report of a run.`,
    remedy: 'Name a file that `hostwright apply --report FILE` wrote.',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return false;
  const { version, steps, hosts } = value as Partial<Record<keyof Outcome, unknown>>;
  return version === 1 && Array.isArray(steps) && Array.isArray(hosts);
}
