import type { ErrorRecord } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import { formatSource } from '../model/source.ts';
import { escapeMarkup } from './escape-markup.ts';
import { endingsOf } from './placed-errors.ts';
import { type RecordedStep, type RunRecord, runRecord } from './run-record.ts';
import { skipReason, stepLines } from './step-lines.ts';
import { paint } from './styled-line.ts';

/**
 * A run as JUnit XML: a suite for each host, a case for each resource. What failed, and what `verify` found to differ, is a
 * failure; a host that was not reached, and a plan that is refused, is an error; what was skipped, or is not known yet, is skipped.
 * @example writeFileSync('report.xml', renderJunit(events));
 */
export function renderJunit(events: readonly RunEvent[]): string {
  const record = runRecord(events);
  const suites = record.hosts.map((host) => suiteOf(host, record));
  const endings = endingsOf(record).map((error) => errorCase('run', 'hostwright', error));
  const broken = endings.length === 0 ? [] : [suite('run', endings, record)];
  const body = [...broken, ...suites].join('');
  const name = `hostwright ${record.verb}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${name}" time="${seconds(record.ms)}">\n${body}</testsuites>\n`;
}

function suiteOf(host: string, record: RunRecord): string {
  const lost = record.unreachable.find((one) => one.host === host);
  const steps = record.steps.filter((step) => step.host === host);
  const cases = steps.map((step) => caseOf(step, record));
  const all = lost === undefined ? cases : [errorCase('connect', host, lost.error), ...cases];
  return suite(host, all, record);
}

function suite(name: string, cases: readonly string[], { startedAt }: RunRecord): string {
  const count = (tag: string) => cases.filter((text) => text.includes(`<${tag}`)).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  const time = startedAt === 0 ? '' : ` timestamp="${new Date(startedAt).toISOString()}"`;
  return `  <testsuite name="${escapeMarkup(name)}" ${counts}${time}>\n${cases.join('')}  </testsuite>\n`;
}

function caseOf(step: RecordedStep, { verb }: RunRecord): string {
  const { host, kind, label, ms, source } = step;
  const place =
    source === undefined ? '' : ` file="${escapeMarkup(source.file)}" line="${source.line}"`;
  const head = `    <testcase classname="${escapeMarkup(`${host}.${kind}`)}" name="${escapeMarkup(label)}" time="${seconds(ms)}"${place}`;
  const inner = resultOf(step, verb);
  return inner === '' ? `${head}/>\n` : `${head}>\n${inner}    </testcase>\n`;
}

function resultOf(step: RecordedStep, verb: RunRecord['verb']): string {
  const { status, error } = step;
  const text = escapeMarkup(paint(stepLines(step), false));
  if (error !== undefined)
    return errorElement(
      'failure',
      error,
      step.source === undefined ? '' : formatSource(step.source),
    );
  if (status === 'failed') return `      <failure message="failed">${text}</failure>\n`;
  if (status === 'skipped' || status === 'unknown' || status === 'unreachable') {
    return `      <skipped message="${escapeMarkup(whyLeft(step))}"/>\n`;
  }
  if (status === 'ok') return '';
  return verb === 'verify'
    ? `      <failure type="drift" message="differs: ${status}">${text}</failure>\n`
    : `      <system-out>${status}\n${text}</system-out>\n`;
}

function whyLeft({ because, verdict }: RecordedStep): string {
  if (because !== undefined) return skipReason(because);
  return verdict.is === 'unknown' ? `known after ${verdict.after.join(', ')}` : 'not reached';
}

function errorCase(name: string, classname: string, error: ErrorRecord): string {
  return `    <testcase classname="${escapeMarkup(classname)}" name="${name}">\n${errorElement('error', error, '')}    </testcase>\n`;
}

function errorElement(tag: 'failure' | 'error', error: ErrorRecord, where: string): string {
  const { code, problem, remedy, detail = '' } = error;
  const text = [where, problem, remedy, detail].filter((part) => part !== '').join('\n');
  return `      <${tag} type="${code}" message="${escapeMarkup(problem)}">${escapeMarkup(text)}</${tag}>\n`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
