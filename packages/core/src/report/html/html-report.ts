import type { RunEvent } from '../../model/event.ts';
import { runRecord } from '../run-record.ts';
import { changesPart } from './changes-part.ts';
import { errorsPart } from './errors-part.ts';
import { graphPart } from './graph-part.ts';
import { Html, html } from './html.ts';
import { matrixPart } from './matrix-part.ts';
import { pageStyle } from './page-style.ts';
import { stepAnchors } from './step-anchors.ts';
import { summaryPart } from './summary-part.ts';
import { timelinePart } from './timeline-part.ts';

/**
 * A run as one page of HTML, from its events. It loads nothing and runs no script, so that it can be kept, sent and
 * opened anywhere; secrets are not in events, and therefore not in it.
 * @example
 * const events: RunEvent[] = [];
 * await apply(playbook, { onEvent: (event) => events.push(event) });
 * writeFileSync('report.html', renderHtmlReport(events));
 */
export function renderHtmlReport(events: readonly RunEvent[]): string {
  const record = runRecord(events);
  const anchors = stepAnchors(record);
  const parts = [
    ['errors', 'Errors', errorsPart(record)],
    ['matrix', 'Hosts and resources', matrixPart(record, anchors)],
    ['changes', 'Resources', changesPart(record, anchors)],
    ['timeline', 'Timeline', timelinePart(record)],
    ['graph', 'What comes after what', graphPart(record)],
  ] as const;
  const shown = parts.filter(([, , part]) => part.text !== '');
  const links = shown.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>hostwright ${record.verb}, ${new Date(record.startedAt).toISOString().slice(0, 16)}</title>
<style>${new Html(pageStyle)}</style></head>
<body><a class="skip" href="#main">To the content</a>
${summaryPart(record)}
<nav aria-label="On this page"><ul>${links}</ul></nav>
<main id="main" tabindex="-1">${shown.map(([, , part]) => part)}</main>
<footer>Made by hostwright from the events of this run. The page loads nothing and runs no script.</footer>
</body></html>
`;
  return page.text;
}
