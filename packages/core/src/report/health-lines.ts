import type { ErrorRecord } from '../model/errors.ts';
import type { HealthCheck, Indicator, IndicatorVerdict } from '../model/health.ts';
import { errorLines } from './error-lines.ts';
import { type Layout, layoutOf, type RenderOptions } from './layout.ts';
import { sparkline } from './sparkline.ts';
import { blank, type Line, line, paint, type Span, span, wrappedLines } from './styled-line.ts';
import { tableLines } from './table.ts';

type HostHealth =
  | { readonly host: string; readonly checks: readonly HealthCheck[]; readonly error?: never }
  | { readonly host: string; readonly error: ErrorRecord };

/**
 * Indicators for people: a table for each host, with what is worth knowing beside the values, and a chart where there is
 * a figure over time.
 * @example process.stdout.write(renderHealth((await health(playbook)).hosts));
 */
export function renderHealth(hosts: readonly HostHealth[], options: RenderOptions = {}): string {
  const layout = layoutOf(options);
  const parts = hosts.map((host) => hostLines(host, layout));
  const all = parts.flatMap((own, index) => (index === 0 ? own : [blank, ...own]));
  return paint(all, options.isColor ?? false);
}

function hostLines(own: HostHealth, layout: Layout): readonly Line[] {
  if (own.error !== undefined) return errorLines(own.error, layout);
  return own.checks.flatMap((check) => {
    const title = line(span(own.host, 'strong'), span(`  ${check.resource}`, 'dim'));
    if (check.error !== undefined) return [title, ...errorLines(check.error, layout)];
    return [title, ...indicatorLines(check.indicators, layout)];
  });
}

const signs: Readonly<Record<IndicatorVerdict, Span>> = {
  good: span('✔', 'good'),
  bad: span('✘', 'bad'),
  idle: span('·', 'dim'),
};

function indicatorLines(indicators: readonly Indicator[], layout: Layout): readonly Line[] {
  const columns = ['', '', 'value', 'wanted'].map((title, index) => ({
    title: span(title, 'dim'),
    align: index < 2 ? ('left' as const) : ('right' as const),
  }));
  const rows = indicators.map(({ verdict, title, value, unit, wanted }) => [
    signs[verdict],
    span(title),
    span(value === null ? '–' : valueText(value, unit), verdict === 'bad' ? 'bad' : 'strong'),
    span(wanted, 'dim'),
  ]);
  const [head = blank, ...table] = tableLines(columns, rows);
  return [head, ...table.flatMap((row, index) => [row, ...besides(indicators[index], layout)])];
}

function valueText(value: number, unit: string): string {
  return unit === '%' ? `${value} %` : String(value);
}

function besides(indicator: Indicator | undefined, { width }: Layout): readonly Line[] {
  const { notes = [], series = [] } = indicator ?? {};
  const chart = series.some((value) => value > 0)
    ? [sparkline(series, Math.min(60, width - 4))]
    : [];
  return [
    ...notes.flatMap((note) => wrappedLines(note, width, '   ', 'dim')),
    ...chart.map((text) => line('   ', span(text, 'dim'))),
  ];
}
