import { formatSource } from '../../model/source.ts';
import { errorGroups } from '../error-groups.ts';
import { upTo } from '../labels.ts';
import { placedErrors } from '../placed-errors.ts';
import type { RunRecord } from '../run-record.ts';
import { type Html, html, nothing } from './html.ts';

const placesShownMax = 12;

/** What went wrong and what to do about it; the same on many hosts is said once. */
export function errorsPart(record: RunRecord): Html {
  const groups = errorGroups(placedErrors(record));
  if (groups.length === 0) return nothing;
  const items = groups.map(({ error, places }) => {
    const hosts = [...new Set(places.map(({ host }) => host))];
    const labels = [...new Set(places.flatMap(({ label }) => label ?? []))];
    const where = [
      ...new Set(
        places.flatMap(({ source }) => (source === undefined ? [] : formatSource(source))),
      ),
    ];
    const detail =
      error.detail === undefined ? nothing : html`<pre tabindex="0">${error.detail}</pre>`;
    return html`<li class="error">
<h3>${upTo(hosts, placesShownMax)}${labels.length === 0 ? nothing : html` <code>${upTo(labels, placesShownMax)}</code>`}</h3>
<p>${error.problem}</p>
<p class="remedy"><strong>What to do:</strong> ${error.remedy}</p>
${detail}
<p class="dim">${[error.code, ...where.slice(0, placesShownMax)].join(' · ')}</p>
</li>`;
  });
  return html`<section aria-labelledby="errors"><h2 id="errors">Errors</h2><ul class="plain">${items}</ul></section>`;
}
