import type { StepStatus } from '../run-record.ts';
import { type Html, html } from './html.ts';

/** A sign and words: colour alone tells nothing to who does not see it. */
const marks: Readonly<Record<StepStatus, { readonly sign: string; readonly words: string }>> = {
  ok: { sign: '·', words: 'as declared' },
  create: { sign: '+', words: 'to create' },
  update: { sign: '~', words: 'to update' },
  remove: { sign: '−', words: 'to remove' },
  refresh: { sign: '↻', words: 'to refresh' },
  unknown: { sign: '?', words: 'not known yet' },
  changed: { sign: '✔', words: 'changed' },
  failed: { sign: '✘', words: 'failed' },
  skipped: { sign: '↷', words: 'skipped' },
  unreachable: { sign: '∅', words: 'not reached' },
};

export function statusWords(status: StepStatus): string {
  return marks[status].words;
}

/** The sign alone, with the words for those who hear the page. */
export function statusSign(status: StepStatus): Html {
  const { sign, words } = marks[status];
  return html`<span class="mark ${status}" title="${words}"><span aria-hidden="true">${sign}</span><span class="heard">${words}</span></span>`;
}

export function statusBadge(status: StepStatus): Html {
  const { sign, words } = marks[status];
  return html`<span class="badge ${status}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}
