import { durationText } from '../duration.ts';
import { countOf } from '../labels.ts';
import type { RunRecord } from '../run-record.ts';
import type { WorkSpan } from '../work-spans.ts';
import { type Html, html, nothing } from './html.ts';

/** Hosts with a row each; of more, those that took longest. */
const rowsMax = 100;

const words: Readonly<Record<WorkSpan['what'], string>> = {
  connect: 'connecting',
  read: 'reading',
  apply: 'applying',
  verify: 'reading again',
};

/** Which host was at what, when. */
export function timelinePart({ hosts, spans, startedAt, ms }: RunRecord): Html {
  if (spans.length === 0) return nothing;
  const end = Math.max(ms, ...spans.map(({ to }) => to - startedAt), 1);
  const byHost = Map.groupBy(spans, ({ host }) => host);
  const rows = hosts.flatMap((host): Row[] => {
    const own = byHost.get(host);
    return own === undefined ? [] : [[host, own]];
  });
  const shown = rows.length > rowsMax ? longest(rows) : rows;
  const left = rows.length - shown.length;
  const legend = Object.entries(words).map(
    ([what, word]) =>
      html`<li><span class="swatch w-${what}" aria-hidden="true"></span> ${word}</li>`,
  );
  return html`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<ul class="legend" aria-label="Colours">${legend}</ul>
<ol class="plain lanes">${shown.map(([host, own]) => lane(host, own, startedAt, end))}</ol>
<p class="axis dim" aria-hidden="true"><span>0</span><span>${durationText(end / 2)}</span><span>${durationText(end)}</span></p>
${left > 0 ? html`<p class="dim">… and ${countOf(left, 'host')} that took less.</p>` : nothing}</section>`;
}

type Row = readonly [string, readonly WorkSpan[]];

function longest(rows: readonly Row[]): readonly Row[] {
  const byLength = [...rows].sort(([, one], [, other]) => lastOf(other) - lastOf(one));
  return byLength.slice(0, rowsMax);
}

function lastOf(spans: readonly WorkSpan[]): number {
  return Math.max(...spans.map(({ to }) => to));
}

function lane(host: string, spans: readonly WorkSpan[], start: number, end: number): Html {
  const percent = (ms: number) => ((100 * ms) / end).toFixed(2);
  const bars = spans.map(({ what, label, from, to }) => {
    const title = `${words[what]}${label === '' ? '' : ` ${label}`}: ${durationText(to - from)}`;
    return html`<span class="bar w-${what}" style="left:${percent(from - start)}%;width:${percent(to - from)}%" title="${title}"></span>`;
  });
  const said = spans.map(
    ({ what, label, from, to }) =>
      html`<li>${durationText(from - start)}: ${words[what]}${label === '' ? '' : ` ${label}`}, ${durationText(to - from)}</li>`,
  );
  return html`<li><details><summary><span class="lane-name">${host}</span><span class="lane" aria-hidden="true">${bars}</span><span class="lane-time">${durationText(lastOf(spans) - start)}</span></summary><ol class="said">${said}</ol></details></li>\n`;
}
