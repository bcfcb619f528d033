import { formatSource } from '../../model/source.ts';
import { durationText } from '../duration.ts';
import { countOf, labelOf, upTo } from '../labels.ts';
import { type RecordedStep, type RunRecord, statuses } from '../run-record.ts';
import { stepLines } from '../step-lines.ts';
import { paint } from '../styled-line.ts';
import { type Html, html, nothing } from './html.ts';
import { statusBadge } from './status-mark.ts';
import { styledHtml } from './styled-html.ts';

/** Limit of a page that a browser still opens at once. */
const shownMax = 2_000;

/** Blocks that are longer are folded. */
const openLinesMax = 24;

/** Everything that is not as declared, with its diff; hosts for which it is the same share one entry. */
export function changesPart({ steps }: RunRecord, anchors: ReadonlyMap<string, string>): Html {
  const differing = steps.filter(({ status }) => status !== 'ok');
  if (differing.length === 0) return nothing;
  const groups = [...Map.groupBy(differing, keyOf).values()];
  const sorted = groups.sort(
    ([one], [other]) =>
      statuses.indexOf(one?.status ?? 'ok') - statuses.indexOf(other?.status ?? 'ok'),
  );
  const items = sorted.slice(0, shownMax).map((same) => entry(same, anchors));
  const left = sorted.length - items.length;
  return html`<section aria-labelledby="changes"><h2 id="changes">Resources</h2>
<ul class="plain">${items}</ul>${left > 0 ? html`<p class="dim">… and ${left} more.</p>` : nothing}</section>`;
}

function keyOf(step: RecordedStep): string {
  return JSON.stringify([
    step.label,
    step.status,
    step.error?.problem,
    paint(stepLines(step), false),
  ]);
}

function entry(same: readonly RecordedStep[], anchors: ReadonlyMap<string, string>): Html {
  const [step] = same;
  if (step === undefined) return nothing;
  const { label, status, source, needs, host, ms, error } = step;
  const hosts = same.map((one) => one.host);
  const lines = stepLines(step);
  const block = styledHtml(lines);
  const after = needs.map((id) => labelOf(id, host));
  const facts = [
    source === undefined ? '' : formatSource(source),
    ms === 0 ? '' : durationText(ms),
    after.length === 0 ? '' : `after ${upTo(after, 6)}`,
  ].filter(Boolean);
  const targets = same.map(({ id }) => html`<span id="${anchors.get(id) ?? ''}"></span>`);
  return html`<li class="step">${targets}
<h3><code>${label}</code> ${statusBadge(status)}</h3>
<p class="dim">${upTo(hosts, 12)}${facts.length === 0 ? '' : ` · ${facts.join(' · ')}`}</p>
${error === undefined ? nothing : html`<p>${error.problem}</p>`}
${lines.length > openLinesMax ? html`<details><summary>${countOf(lines.length, 'line')}</summary>${block}</details>` : block}
</li>`;
}
