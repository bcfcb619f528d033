import type { HostSummary, Outcome, StepResult } from '../model/outcome.ts';
import { type ErrorGroup, errorGroupLines, errorGroups, type PlacedError } from './error-groups.ts';
import { countOf, fittingOf } from './labels.ts';
import type { Layout } from './layout.ts';
import { blank, type Line, line, span } from './styled-line.ts';

/** Everything that went wrong: failed steps with what was skipped because of them, hosts that were lost. */
export function failureLines({ steps, hosts }: Outcome, layout: Layout): readonly Line[] {
  const failed = steps.filter(({ result }) => result === 'failed');
  const skipped = Map.groupBy(
    steps.filter(({ result }) => result === 'skipped'),
    ({ because = '' }) => because,
  );
  const failedIds = new Set(failed.map(({ id }) => id));
  const failures = errorGroups(failed.flatMap(placed));
  const lost = errorGroups(lostHosts(steps, hosts));
  return [
    ...failures.flatMap((group) => [
      ...errorGroupLines(group, layout),
      ...behindLines(skippedBy(group, skipped), layout),
      blank,
    ]),
    ...lost.flatMap((group) => [...errorGroupLines(group, layout), blank]),
    ...[...skipped]
      .filter(([because]) => !failedIds.has(because))
      .flatMap(([because, own]) => [orphanLine(because, own, hosts), blank]),
  ];
}

interface PlacedFailure extends PlacedError {
  readonly id: string;
}

function placed({ id, host, label, source, error }: StepResult): readonly PlacedFailure[] {
  return error === undefined ? [] : [{ id, host, label, source, error }];
}

/** One error for each host that did not answer, or was lost on the way. */
function lostHosts(
  steps: readonly StepResult[],
  hosts: readonly HostSummary[],
): readonly PlacedError[] {
  return hosts.flatMap(({ host, error }) => {
    const lost = steps.find((step) => step.host === host && step.result === 'unreachable');
    const why = error ?? lost?.error;
    return why === undefined ? [] : [{ host, error: why }];
  });
}

function skippedBy(
  { places }: ErrorGroup,
  skipped: ReadonlyMap<string, readonly StepResult[]>,
): readonly StepResult[] {
  return places.flatMap(({ host, label }) => skipped.get(`${host}/${label}`) ?? []);
}

function behindLines(skipped: readonly StepResult[], layout: Layout): readonly Line[] {
  if (skipped.length === 0) return [];
  const head = `  ${countOf(skipped.length, 'resource')} skipped because of it: `;
  const labels = [...new Set(skipped.map(({ label }) => label))];
  const room = layout.isVerbose ? Number.POSITIVE_INFINITY : layout.width - head.length;
  return [line(head, span(fittingOf(labels, room), 'dim'))];
}

/** Skipped for another reason than a failed step: the run was ended early, or a host was not reached or is held. */
function orphanLine(
  because: string,
  skipped: readonly StepResult[],
  hosts: readonly HostSummary[],
): Line {
  const count = countOf(skipped.length, 'resource');
  if (because === 'interrupted') {
    return line(span('! ', 'warning'), `${count} not begun: the run was interrupted.`);
  }
  if (because === 'not attempted') {
    const left = countOf(new Set(skipped.map(({ host }) => host)).size, 'host');
    const text = `${left} not attempted: too many hosts failed before. ${count} left as found.`;
    return line(span('! ', 'warning'), text);
  }
  if (hosts.some(({ host, error }) => host === because && error?.code === 'LOCK_HELD')) {
    return line(span('! ', 'warning'), `${count} skipped: another run holds ${because}.`);
  }
  return line(span('! ', 'warning'), `${count} skipped: ${because} could not be reached.`);
}
