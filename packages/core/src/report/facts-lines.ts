import type { Facts } from '../model/facts.ts';
import type { HostSummary } from '../model/outcome.ts';
import { displayWidth, padToWidth } from './display-width.ts';
import { errorGroupLines, errorGroups } from './error-groups.ts';
import { type Layout, layoutOf, type RenderOptions } from './layout.ts';
import { blank, type Line, line, paint, type Span, span } from './styled-line.ts';
import { tableLines } from './table.ts';

/** What `facts` returns, as far as it is shown. */
export interface FactsToShow {
  readonly facts: ReadonlyMap<string, Facts>;
  readonly hosts: readonly HostSummary[];
}

/** Of more hosts than this, each has a row of a table instead of a list of its own. */
const listsMax = 5;

/**
 * Facts of hosts: all of them, under the names that plays use, or a row each where there are many hosts.
 * @example process.stdout.write(renderFacts(await facts(playbook), { width: 80 }));
 */
export function renderFacts(found: FactsToShow, options: RenderOptions = {}): string {
  return paint(factsLines(found, layoutOf(options)), options.isColor ?? false);
}

function factsLines({ facts, hosts }: FactsToShow, layout: Layout): readonly Line[] {
  if (hosts.length === 0) return [line('The inventory has no hosts.')];
  const lost = hosts.flatMap(({ host, error }) => (error === undefined ? [] : [{ host, error }]));
  const isList = layout.isVerbose || facts.size <= listsMax;
  const shown = isList ? [...facts].flatMap(([host, own]) => listLines(host, own)) : rows(facts);
  return [
    ...shown,
    ...errorGroups(lost).flatMap((group) => [blank, ...errorGroupLines(group, layout)]),
  ];
}

function listLines(host: string, facts: Facts): readonly Line[] {
  const named = Object.entries(facts).flatMap(([name, value]) =>
    typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).map(([part, own]): [string, unknown] => [`${name}.${part}`, own])
      : [[name, value] as [string, unknown]],
  );
  const width = Math.max(...named.map(([name]) => displayWidth(name)));
  return [
    line(span(host, 'strong')),
    ...named.map(([name, value]) =>
      line(
        span(`  ${padToWidth(name, width)}  `, 'dim'),
        Array.isArray(value) ? value.join(', ') : String(value),
      ),
    ),
  ];
}

function rows(facts: ReadonlyMap<string, Facts>): readonly Line[] {
  const titles = ['host', 'system', 'arch', 'cpus', 'memory', 'disk free', 'address'];
  const right = new Set(['cpus', 'memory', 'disk free']);
  const columns = titles.map((title) => ({
    title: span(title, 'dim'),
    align: right.has(title) ? ('right' as const) : ('left' as const),
  }));
  return tableLines(
    columns,
    [...facts].map(([host, own]) => rowOf(host, own)),
  );
}

function rowOf(host: string, facts: Facts): readonly Span[] {
  const { os, arch, cpus, memoryMiB, diskFreeMiB, addresses } = facts;
  return [
    span(host, 'strong'),
    span(`${os.id} ${os.version}`),
    span(arch),
    span(String(cpus)),
    span(gibibytes(memoryMiB)),
    span(gibibytes(diskFreeMiB)),
    span(addresses[0] ?? ''),
  ];
}

function gibibytes(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}
