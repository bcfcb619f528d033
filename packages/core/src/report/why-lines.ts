import type { PlanStep, Verdict } from '../model/plan.ts';
import { formatSource } from '../model/source.ts';
import type { Why, WhyNeighbour } from '../model/why.ts';
import { errorBody } from './error-lines.ts';
import { labelOf } from './labels.ts';
import { type Layout, layoutOf, type RenderOptions } from './layout.ts';
import { bodyIndent, stepLines } from './plan-step-lines.ts';
import {
  blank,
  type Line,
  line,
  paint,
  type Span,
  span,
  widthOf,
  wrappedLines,
} from './styled-line.ts';

/**
 * One declaration for people: what would happen to it, what the probe said, what it comes after and what comes after it.
 * @example process.stdout.write(renderWhy(await why(playbook, 'Service[postfix]')));
 */
export function renderWhy(why: Why, options: RenderOptions = {}): string {
  return paint(whyLines(why, layoutOf(options)), options.isColor ?? false);
}

function whyLines(why: Why, layout: Layout): readonly Line[] {
  const { step, needs, neededBy } = why;
  const byId = new Map([...needs, ...neededBy].map((other) => [other.step.id, other.step]));
  const isNotifying = ({ edge }: WhyNeighbour) => edge.notifies;
  const sections: readonly (readonly [string, readonly Line[]])[] = [
    [
      'would',
      [
        ...stepLines(step, { byId, layout: { ...layout, isVerbose: true } }),
        ...reasonLines(step, layout),
      ],
    ],
    ['probe', probeLines(why, layout)],
    ['comes after', neighbourLines(needs, step, layout)],
    ['comes before', neighbourLines(neededBy, step, layout)],
    ['is refreshed by', neighbourLines(needs.filter(isNotifying), step, layout)],
    ['refreshes', neighbourLines(neededBy.filter(isNotifying), step, layout)],
  ];
  return [
    line(span(step.id, 'strong'), span(`  ${formatSource(step.source)}`, 'place')),
    ...sections.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : [blank, line(span(title, 'dim')), ...lines],
    ),
  ];
}

/** Why nothing can be said yet. */
function reasonLines({ verdict, host }: PlanStep, { width }: Layout): readonly Line[] {
  if (verdict.is !== 'unknown') return [];
  const after = verdict.after.map((id) => labelOf(id, host)).join(', ') || 'nothing';
  return wrappedLines(`${verdict.reason}; known after ${after}`, width, bodyIndent);
}

function probeLines({ reading }: Why, layout: Layout): readonly Line[] {
  switch (reading.is) {
    case 'absent':
      return [line('  absent')];
    case 'unknown':
      return wrappedLines(`unknown: ${reading.reason}`, layout.width, '  ');
    case 'unreadable':
      return errorBody(reading.error, layout).map((own) => line('  ', ...own));
    case 'present': {
      const text = JSON.stringify(reading.observed, undefined, 2);
      return ['present', ...text.split('\n')].map((own) => line(`  ${own}`));
    }
  }
}

/** `  Package[postfix]  mail.ts:12  package:postfix  to create`; the reasons have lines of their own where it is narrow. */
function neighbourLines(
  others: readonly WhyNeighbour[],
  { host }: PlanStep,
  { width }: Layout,
): readonly Line[] {
  return others.flatMap(({ edge, step }) => {
    const head: readonly Span[] = [
      span(`  ${labelOf(step.id, host)}`),
      span(`  ${formatSource(step.source)}`, 'place'),
    ];
    const because = edge.because.join(', ');
    const word = wordOf(step.verdict);
    const whole = line(...head, span(`  ${because}`), span(`  ${word}`, 'dim'));
    if (widthOf(whole) <= width) return [whole];
    return [line(...head), ...wrappedLines(`${because}; ${word}`, width, '    ')];
  });
}

function wordOf(verdict: Verdict): string {
  switch (verdict.is) {
    case 'change':
      return `to ${verdict.action}`;
    case 'refresh':
      return 'to refresh';
    case 'unknown':
      return 'not known yet';
    case 'error':
      return 'in error';
    case 'unchanged':
      return 'as declared';
  }
}
