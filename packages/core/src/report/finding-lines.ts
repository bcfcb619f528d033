import type { Finding } from '../model/diagnosis.ts';
import { padToWidth, wrapToWidth } from './display-width.ts';
import { layoutOf, type RenderOptions } from './layout.ts';
import { type Line, line, paint, span, type Tone } from './styled-line.ts';
import { visibleText } from './visible-text.ts';

const signs = { ok: '✔', warning: '!', problem: '✘' } as const;
const tones = { ok: 'good', warning: 'warning', problem: 'bad' } as const satisfies Record<
  Finding['is'],
  Tone
>;

/** What `doctor` found, a line or a few each, and how much of it is wrong. */
export function renderFindings(findings: readonly Finding[], options: RenderOptions): string {
  const { width } = layoutOf(options);
  const nameWidth = Math.max(0, ...findings.map((finding) => nameOf(finding).length));
  const lines = findings.flatMap((finding) => findingLines(finding, nameWidth, width));
  return paint([...lines, [], summaryLine(findings)], options.isColor ?? false);
}

function nameOf({ about, host }: Finding): string {
  return host ?? about;
}

function findingLines(finding: Finding, nameWidth: number, width: number): readonly Line[] {
  const left = nameWidth + 4;
  const texts = wrapToWidth(visibleText(finding.text), width - left);
  const remedy =
    finding.remedy === undefined ? [] : wrapToWidth(visibleText(finding.remedy), width - left - 2);
  const rest = ' '.repeat(left);
  return [
    ...texts.map((text, index) =>
      index === 0
        ? line(
            span(`${signs[finding.is]} `, tones[finding.is]),
            span(`${padToWidth(nameOf(finding), nameWidth)}  `, 'strong'),
            text,
          )
        : line(rest, text),
    ),
    ...remedy.map((text, index) => line(rest, span(index === 0 ? '→ ' : '  ', 'refresh'), text)),
  ];
}

function summaryLine(findings: readonly Finding[]): Line {
  const problems = findings.filter(({ is }) => is === 'problem').length;
  const warnings = findings.filter(({ is }) => is === 'warning').length;
  if (problems === 0 && warnings === 0) return line('Nothing is wrong.');
  const parts = [
    problems === 0 ? 'Nothing keeps a run from working' : countOf(problems, 'problem'),
    warnings === 0 ? [] : countOf(warnings, 'warning'),
  ].flat();
  return line(`${parts.join(', ')}.`);
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
