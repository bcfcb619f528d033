import { countOf, upTo } from '../labels.ts';
import type { RecordedStep, RunRecord } from '../run-record.ts';
import { type Html, html, nothing } from './html.ts';
import { statusSign } from './status-mark.ts';

/** Hosts for which every resource has the same result share a column: a fleet of a hundred reads like one host. */
interface HostColumn {
  readonly hosts: readonly string[];
  readonly steps: ReadonlyMap<string, RecordedStep>;
}

/** Limit of columns; a browser takes long for more, and a reader longer. */
const columnsMax = 60;

/** Hosts across, resources down. What is as declared everywhere is folded away. */
export function matrixPart(record: RunRecord, anchors: ReadonlyMap<string, string>): Html {
  const columns = hostColumns(record);
  if (columns.length === 0) return nothing;
  const shown = columns.slice(0, columnsMax);
  const labels = [...new Set(record.steps.map(({ label }) => label))];
  const isQuiet = (label: string) =>
    columns.every(({ steps }) => (steps.get(label)?.status ?? 'ok') === 'ok');
  const busy = labels.filter((label) => !isQuiet(label));
  const quiet = labels.filter(isQuiet);
  const table = (rows: readonly string[], title: string) =>
    html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">${tableOf(rows, shown, anchors, title)}</div>`;
  const left = columns.length - shown.length;
  return html`<section aria-labelledby="matrix"><h2 id="matrix">Hosts and resources</h2>
${busy.length === 0 ? html`<p>Every resource is as declared on every host.</p>` : table(busy, 'Resources that are not as declared')}
${left > 0 ? html`<p class="dim">… and ${countOf(left, 'more column')} of hosts.</p>` : nothing}
${quiet.length === 0 ? nothing : html`<details><summary>${countOf(quiet.length, 'resource')} as declared on every host</summary>${table(quiet, 'Resources as declared')}</details>`}
</section>`;
}

function hostColumns({ hosts, steps }: RunRecord): readonly HostColumn[] {
  const byHost = Map.groupBy(steps, ({ host }) => host);
  const columns = new Map<string, { hosts: string[]; steps: ReadonlyMap<string, RecordedStep> }>();
  for (const host of hosts) {
    const own = byHost.get(host);
    if (own === undefined) continue;
    const key = JSON.stringify(own.map(({ label, status }) => [label, status]));
    const column = columns.get(key);
    if (column !== undefined) column.hosts.push(host);
    else columns.set(key, { hosts: [host], steps: new Map(own.map((step) => [step.label, step])) });
  }
  return [...columns.values()];
}

function tableOf(
  labels: readonly string[],
  columns: readonly HostColumn[],
  anchors: ReadonlyMap<string, string>,
  caption: string,
): Html {
  const head = columns.map(
    ({ hosts }) =>
      html`<th scope="col" title="${upTo(hosts, 50)}"><span>${upTo(hosts, 1)}</span></th>`,
  );
  const rows = labels.map((label) => {
    const cells = columns.map(({ steps }) => html`<td>${cellOf(steps.get(label), anchors)}</td>`);
    return html`<tr><th scope="row"><code>${label}</code></th>${cells}</tr>\n`;
  });
  return html`<table class="matrix"><caption class="heard">${caption}</caption><thead><tr><th scope="col">resource</th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

function cellOf(step: RecordedStep | undefined, anchors: ReadonlyMap<string, string>): Html {
  if (step === undefined) return html`<span class="heard">not on this host</span>`;
  const anchor = anchors.get(step.id) ?? '';
  const sign = statusSign(step.status);
  return step.status === 'ok' ? sign : html`<a href="#${anchor}">${sign}</a>`;
}
