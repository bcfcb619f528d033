import { durationText } from '../duration.ts';
import { countOf } from '../labels.ts';
import { hasFailed, type RunRecord, type StepStatus, statuses } from '../run-record.ts';
import { type Html, html, nothing } from './html.ts';
import { statusBadge } from './status-mark.ts';

/** What the whole run came to, in one sentence and a row of numbers. */
export function summaryPart(record: RunRecord): Html {
  const { steps, hosts, ms, startedAt, warnings } = record;
  const counts = statuses.flatMap((status) => {
    const count = steps.filter((step) => step.status === status).length;
    return count === 0 ? [] : [html`<li><b>${count}</b> ${statusBadge(status)}</li>`];
  });
  const when = new Date(startedAt).toISOString();
  const facts = [
    countOf(hosts.length, 'host'),
    countOf(steps.length, 'resource'),
    durationText(ms),
  ];
  return html`<header>
<p class="verb">hostwright ${record.verb}</p>
<h1>${sentence(record)}</h1>
<p class="dim">${facts.join(' · ')} · <time datetime="${when}">${when.slice(0, 16).replace('T', ' ')} UTC</time></p>
<ul class="counts">${counts}</ul>
${warnings.length === 0 ? nothing : html`<ul class="warnings">${warnings.map(({ host, text }) => html`<li><strong>${host ?? 'Warning'}</strong>: ${text}</li>`)}</ul>`}
</header>`;
}

function sentence(record: RunRecord): string {
  const { verb, steps, unreachable, refusals, failure } = record;
  if (refusals.length > 0) return 'The plan is refused: nothing was changed.';
  if (failure !== undefined) return 'The run could not be made.';
  const count = (wanted: StepStatus) => steps.filter(({ status }) => status === wanted).length;
  const failed = count('failed');
  const skipped = count('skipped');
  const held = unreachable.filter(({ error }) => error.code === 'LOCK_HELD').length;
  const lost = unreachable.length - held;
  if (hasFailed(record)) {
    const parts = [
      failed === 0 ? '' : `${countOf(failed, 'resource')} failed`,
      lost === 0 ? '' : `${countOf(lost, 'host')} could not be reached`,
      held === 0 ? '' : `${countOf(held, 'host')} held by another run`,
      skipped === 0 ? '' : `${countOf(skipped, 'resource')} skipped`,
    ];
    return `${parts.filter(Boolean).join(', ')}.`;
  }
  if (verb === 'facts') return 'Every host was read.';
  const open = steps.filter(({ status }) => status !== 'ok').length;
  if (open === 0) return 'Every host is as declared.';
  if (verb === 'apply') return `${countOf(open, 'resource')} changed, and verified.`;
  return verb === 'verify'
    ? `${countOf(open, 'resource')} drifted.`
    : `${countOf(open, 'resource')} would change.`;
}
