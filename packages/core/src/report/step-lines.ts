import { fieldLines } from './field-lines.ts';
import { labelOf } from './labels.ts';
import type { Layout } from './layout.ts';
import type { RecordedStep } from './run-record.ts';
import { type Line, line, span } from './styled-line.ts';

const reportLayout: Layout = { width: 100, isVerbose: true };

/** What is said of one step in a report that shows everything: its fields, what it waits for, why it was skipped. */
export function stepLines({ verdict, because, host }: RecordedStep): readonly Line[] {
  const name = (id: string) => labelOf(id, host);
  const skipped = because === undefined ? [] : [line(`Skipped ${skipReason(name(because))}.`)];
  switch (verdict.is) {
    case 'change':
      return [...skipped, ...fieldLines(verdict.fields, verdict.action, reportLayout)];
    case 'refresh':
      return [...skipped, line(`Because of ${verdict.notifiedBy.map(name).join(', ')}.`)];
    case 'unknown':
      return [
        ...skipped,
        line(span(verdict.reason, 'unknown')),
        line(`Known after ${verdict.after.map(name).join(', ')}.`),
      ];
    default:
      return skipped;
  }
}

/** Why a step was skipped: what it needs failed, its host is lost or held, or the run ended early. */
export function skipReason(because: string): string {
  if (because === 'interrupted') return 'because the run was interrupted';
  if (because === 'not attempted') return 'because too many hosts failed before';
  return `because of ${because}`;
}
