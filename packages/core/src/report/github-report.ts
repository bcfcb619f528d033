import type { RunEvent } from '../model/event.ts';
import type { Source } from '../model/source.ts';
import { durationText } from './duration.ts';
import { errorGroups, type PlacedError } from './error-groups.ts';
import { countOf, upTo } from './labels.ts';
import { placedErrors } from './placed-errors.ts';
import { hasFailed, type RunRecord, runRecord, type StepStatus, statuses } from './run-record.ts';
import { stepLines } from './step-lines.ts';
import { paint } from './styled-line.ts';
import { stripControlSequences } from './visible-text.ts';

/** GitHub shows ten annotations of a sort for a step, and no more. */
const annotationsMax = 10;

/**
 * Annotations for GitHub Actions: errors and warnings at the line of the playbook that they concern. To be printed by
 * the step, on lines of their own.
 * @example process.stdout.write(renderAnnotations(events));
 */
export function renderAnnotations(events: readonly RunEvent[]): string {
  const record = runRecord(events);
  const errors = errorGroups(placedErrors(record)).map(({ error, places }) => {
    const title = `${error.code} ${placeNames(places)}`;
    return annotation('error', title, `${error.problem}\n${error.remedy}`, places[0]?.source);
  });
  const drift = record.verb === 'verify' ? driftOf(record) : [];
  const warnings = record.warnings.map(({ host, text }) =>
    annotation('warning', host ?? 'hostwright', text, undefined),
  );
  return [errors, drift, warnings].flatMap((lines) => lines.slice(0, annotationsMax)).join('');
}

/** What differs, once for each declaration of the playbook. */
function driftOf({ steps }: RunRecord): readonly string[] {
  const differing = steps.filter(({ status }) => differs.has(status));
  return [...Map.groupBy(differing, ({ label }) => label)].flatMap(([label, same]) => {
    const [first] = same;
    if (first === undefined) return [];
    const hosts = upTo(
      same.map(({ host }) => host),
      5,
    );
    return [annotation('warning', `Drift on ${hosts}`, `${label} differs.`, first.source)];
  });
}

const differs: ReadonlySet<StepStatus> = new Set(['create', 'update', 'remove', 'refresh']);

function placeNames(places: readonly PlacedError[]): string {
  const names = places.map(({ host, label }) => (label === undefined ? host : `${host} ${label}`));
  return upTo([...new Set(names)], 3);
}

/** Source: GitHub's toolkit, `packages/core/src/command.ts`, for what has to be escaped where. */
function annotation(
  level: 'error' | 'warning',
  title: string,
  text: string,
  source: Source | undefined,
): string {
  const place =
    source === undefined ? [] : [`file=${property(source.file)}`, `line=${source.line}`];
  const properties = [...place, `title=${property(title)}`].join(',');
  return `::${level} ${properties}::${data(text)}\n`;
}

function data(text: string): string {
  return stripControlSequences(text)
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Diffs in the summary of a step; GitHub takes a megabyte for all. */
const diffsMax = 50;
const diffLengthMax = 5_000;

/**
 * The summary of a step, in GitHub's Markdown.
 * @example appendFileSync(process.env.GITHUB_STEP_SUMMARY, renderGithubSummary(events));
 */
export function renderGithubSummary(events: readonly RunEvent[]): string {
  const record = runRecord(events);
  const sign = hasFailed(record) ? '❌' : '✅';
  const head = `## ${sign} hostwright ${record.verb}: ${countOf(record.hosts.length, 'host')}, ${durationText(record.ms)}\n`;
  return `${[head, hostTable(record), errorList(record), diffList(record)].filter(Boolean).join('\n')}\n`;
}

function hostTable({ hosts, steps, unreachable }: RunRecord): string {
  const used = statuses.filter((status) => steps.some((step) => step.status === status));
  if (hosts.length === 0) return '';
  const rows = hosts.map((host) => {
    const lost = unreachable.find((own) => own.host === host);
    const why = lost?.error.code === 'LOCK_HELD' ? ' (held)' : ' (not reached)';
    const counts = used.map((status) =>
      String(steps.filter((step) => step.host === host && step.status === status).length),
    );
    return `| ${[`${cell(host)}${lost === undefined ? '' : why}`, ...counts].join(' | ')} |`;
  });
  const title = `| ${['host', ...used].join(' | ')} |`;
  return [title, `|${' --- |'.repeat(used.length + 1)}`, ...rows, ''].join('\n');
}

function errorList(record: RunRecord): string {
  return errorGroups(placedErrors(record))
    .map(({ error, places }) => {
      const head = `**${cell(placeNames(places))}**: ${cell(error.problem)} ${cell(error.remedy)} (\`${error.code}\`)`;
      return error.detail === undefined ? `${head}\n` : `${head}\n\n${fence(error.detail, '')}`;
    })
    .join('\n');
}

function diffList({ steps }: RunRecord): string {
  const changed = steps.filter(({ status, verdict }) => status !== 'ok' && verdict.is === 'change');
  const shown = changed.slice(0, diffsMax).map((step) => {
    const text = paint(stepLines(step), false);
    const name = `<summary>${cell(step.status)}: ${cell(step.host)} ${cell(step.label)}</summary>`;
    return `<details>${name}\n\n${fence(text.slice(0, diffLengthMax), 'diff')}\n</details>\n`;
  });
  const left = changed.length - shown.length;
  return [...shown, ...(left > 0 ? [`… and ${left} more\n`] : [])].join('\n');
}

/** A block that its own text cannot end. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${stripControlSequences(text).trimEnd()}\n${ticks}\n`;
}

/** Text that Markdown and HTML take for nothing but text. */
function cell(text: string): string {
  return stripControlSequences(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>|#&~!@]/g, (character) => `&#${character.charCodeAt(0)};`);
}
