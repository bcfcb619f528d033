import type { ErrorRecord } from '../model/errors.ts';
import { durationText } from './duration.ts';
import { errorLines } from './error-lines.ts';
import { layoutOf, type RenderOptions } from './layout.ts';
import { type Line, line, paint, span } from './styled-line.ts';
import { tableLines } from './table.ts';

type Answer<Facts> =
  | ({ readonly host: string; readonly error?: never } & Facts)
  | { readonly host: string; readonly error: ErrorRecord };

interface Pinged {
  readonly connectMs: number;
  readonly roundTripMs: number;
  readonly user: string;
}

/** A row for each host that answered, then what is wrong with the others. */
export function renderPing(answers: readonly Answer<Pinged>[], options: RenderOptions): string {
  const rows = answers.flatMap((answer) => {
    if (answer.error !== undefined) return [];
    const times = [durationText(answer.connectMs), durationText(answer.roundTripMs)];
    return [[span('✔', 'good'), ...[answer.host, answer.user, ...times].map((text) => span(text))]];
  });
  const titles = ['', 'host', 'as', 'connect', 'round trip'];
  const columns = titles.map((title, index) => ({
    title: span(title, 'dim'),
    align: index < 3 ? ('left' as const) : ('right' as const),
  }));
  if (answers.length === 0) return 'There are no hosts.\n';
  const table = rows.length === 0 ? [] : tableLines(columns, rows);
  return paint([...table, ...errorsOf(answers, options)], options.isColor ?? false);
}

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** Each host with what the command said there. */
export function renderCommands(answers: readonly Answer<Ran>[], options: RenderOptions): string {
  const lines = answers.flatMap((answer) => {
    if (answer.error !== undefined) return [];
    const { host, exitCode, stdout, stderr, ms } = answer;
    const isOk = exitCode === 0;
    const code = isOk ? '' : `  exit code ${exitCode}`;
    return [
      line(
        span(isOk ? '✔ ' : '✘ ', isOk ? 'good' : 'bad'),
        span(host, 'strong'),
        span(code, 'bad'),
        span(`  ${durationText(ms)}`, 'dim'),
      ),
      ...outputLines(stdout),
      ...outputLines(stderr, '! '),
    ];
  });
  return paint([...lines, ...errorsOf(answers, options)], options.isColor ?? false);
}

function outputLines(text: string, sign = ''): readonly Line[] {
  if (text.trimEnd() === '') return [];
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((row) => line(span(`  ${sign}`, 'warning'), span(row.replaceAll('\t', '    '))));
}

function errorsOf(answers: readonly Answer<object>[], options: RenderOptions): readonly Line[] {
  return answers.flatMap(({ error }) =>
    error === undefined ? [] : errorLines(error, layoutOf(options)),
  );
}
