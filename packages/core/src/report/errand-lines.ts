import type { ErrorRecord } from '../model/errors.ts';
import { errorLines } from './error-lines.ts';
import { layoutOf, type RenderOptions } from './layout.ts';
import { blank, type Line, line, paint, span } from './styled-line.ts';
import { tableLines } from './table.ts';

interface Done {
  readonly resource: string;
  readonly lines: readonly string[];
  readonly isDue: boolean;
  readonly output?: string;
}

type HostErrand =
  | { readonly host: string; readonly resources: readonly Done[]; readonly error?: never }
  | { readonly host: string; readonly error: ErrorRecord };

interface Offered {
  readonly name: string;
  readonly summary: string;
  readonly isFinal: boolean;
  readonly takes: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
}

/** What an errand found on each host, or, once it is done, what it printed there. */
export function renderErrand(hosts: readonly HostErrand[], options: RenderOptions = {}): string {
  const lines = hosts.flatMap((own) => {
    if (own.error !== undefined) return errorLines(own.error, layoutOf(options));
    return own.resources.flatMap((done) => resourceLines(own.host, done));
  });
  return paint(lines, options.isColor ?? false);
}

function resourceLines(host: string, { resource, lines, output }: Done): readonly Line[] {
  const title = line(
    ...(output === undefined ? [] : [span('✔ ', 'good')]),
    span(host, 'strong'),
    span(`  ${resource}`, 'dim'),
  );
  const texts = output === undefined ? lines : output.trimEnd().split('\n');
  return [title, ...texts.filter((text) => text !== '').map((text) => line(`  ${text}`))];
}

/** All errands of a playbook, resource type by resource type, and what they take. */
export function renderErrands(offered: readonly Offered[], options: RenderOptions = {}): string {
  const kinds = Map.groupBy(offered, ({ name }) => name.split('.')[0] ?? '');
  const parts = [...kinds].map(([kind, own]) => kindLines(kind, own));
  const lines = parts.flatMap((own, index) => (index === 0 ? own : [blank, ...own]));
  const nothing = line('Nothing in the playbook has errands.');
  return paint(lines.length === 0 ? [nothing] : lines, options.isColor ?? false);
}

function kindLines(kind: string, offered: readonly Offered[]): readonly Line[] {
  const column = (title: string) => ({ title: span(title, 'dim'), align: 'left' as const });
  const hosts = new Set(offered.flatMap((own) => own.hosts));
  const names = offered.map(({ name, summary, isFinal }) => [
    span(`  ${name}`, 'strong'),
    span(isFinal ? `${summary} Cannot be taken back.` : summary),
  ]);
  const properties = new Map(offered.flatMap(({ takes }) => Object.entries(takes)));
  const taken = [...properties].map(([property, description]) => {
    const takers = offered.filter(({ takes }) => property in takes);
    const words = takers.map(({ name }) => name.split('.')[1]).join(', ');
    const only = takers.length < offered.length ? ` Only ${words}.` : '';
    return [span(`  ${property}=`), span(`${description}${only}`, 'dim')];
  });
  const [, ...rows] = tableLines([column(''), column('')], names);
  const [, ...more] = tableLines([column(''), column('')], taken);
  return [
    line(span(kind, 'strong'), span(`  on ${[...hosts].join(', ')}`, 'dim')),
    ...rows,
    ...(more.length > 0 ? [line(span('  which take', 'dim')), ...more] : []),
  ];
}
