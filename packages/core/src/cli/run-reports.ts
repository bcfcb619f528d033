import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { RunEvent } from '../model/event.ts';
import type { Playbook } from '../model/playbook.ts';
import { renderAnnotations, renderGithubSummary } from '../report/github-report.ts';
import { renderHtmlReport } from '../report/html/html-report.ts';
import { renderJunit } from '../report/junit-report.ts';
import type { RunSettings } from '../run/options.ts';
import type { Console } from './console.ts';
import { type Journal, openJournal } from './journal.ts';
import type { Library } from './library.ts';
import { notWritten } from './not-written.ts';
import { writeReport } from './write-report.ts';

/** Which reports are made of a run when it is over. */
export interface ReportOptions {
  /** Path of a JUnit XML file. */
  readonly junit?: string | undefined;
  /** Path of an HTML page. */
  readonly html?: string | undefined;
  /** Path of a file that gets each event of the run, as it happens. */
  readonly journal?: string | undefined;
  /** Annotations and a step summary for GitHub Actions; where it runs the command when left out. */
  readonly github?: boolean | undefined;
}

export interface RunReports {
  /** The library, with every event of its runs kept. */
  readonly watch: (library: Library) => Library;
  readonly onEvent: (event: RunEvent) => void;
  /** Writes what was asked for. Errors: REPORT_NOT_WRITTEN. */
  readonly finish: () => void;
}

/** Keeps the events of a run where a report of them is wanted. Errors: REPORT_NOT_WRITTEN, for a journal. */
export function openReports(console: Console, options: ReportOptions): RunReports {
  const { junit, html, github = console.env.GITHUB_ACTIONS === 'true' } = options;
  const isKept = junit !== undefined || html !== undefined || github;
  const journal = journalAt(options.journal);
  const isWanted = isKept || journal !== undefined;
  const events: RunEvent[] = [];
  let isApply = false;
  const onEvent = (event: RunEvent) => {
    if (event.type === 'run.started') isApply = event.verb === 'apply';
    journal?.onEvent(event);
    if (isKept) events.push(event);
  };
  const resume = github ? stopCommands(console) : () => undefined;
  return {
    onEvent,
    watch: (library) => (isWanted ? watchedLibrary(library, onEvent) : library),
    finish() {
      resume();
      if (journal !== undefined) written('journal', options.journal ?? '', journal.close, isApply);
      // `graph` and `why` make no run.
      if (events.length === 0) return;
      const write = (path: string, work: () => void) => written('report', path, work, isApply);
      if (github) writeGithub(console, events, write);
      if (junit !== undefined) write(junit, () => writeReport(junit, renderJunit(events)));
      if (html !== undefined) write(html, () => writeReport(html, renderHtmlReport(events)));
    },
  };
}

function journalAt(path: string | undefined): Journal | undefined {
  return path === undefined ? undefined : written('journal', path, () => openJournal(path), false);
}

function watchedLibrary(library: Library, onEvent: (event: RunEvent) => void): Library {
  const watch =
    <Settings extends RunSettings, Result>(
      call: (playbook: Playbook, settings?: Settings) => Promise<Result>,
    ) =>
    (playbook: Playbook, settings?: Settings): Promise<Result> =>
      call(playbook, { ...settings, onEvent: both(onEvent, settings?.onEvent) } as Settings);
  const { plan, apply, verify, facts } = library;
  return {
    ...library,
    plan: watch(plan),
    apply: watch(apply),
    verify: watch(verify),
    facts: watch(facts),
  };
}

function both(one: (event: RunEvent) => void, other?: (event: RunEvent) => void) {
  return (event: RunEvent) => {
    one(event);
    other?.(event);
  };
}

/**
 * GitHub obeys lines that begin with `::`, and what hosts print is shown here: until the returned function is called, it
 * obeys none.
 */
function stopCommands({ stderr }: Console): () => void {
  const token = randomUUID();
  stderr.write(`::stop-commands::${token}\n`);
  return () => stderr.write(`::${token}::\n`);
}

function writeGithub(
  { stderr, env }: Console,
  events: readonly RunEvent[],
  write: (path: string, work: () => void) => void,
): void {
  stderr.write(renderAnnotations(events));
  const { GITHUB_STEP_SUMMARY: path } = env;
  if (path !== undefined && path !== '') {
    write(path, () => appendFileSync(path, renderGithubSummary(events)));
  }
}

/** `isDone`: hosts may have been changed before. */
function written<T>(what: 'journal' | 'report', path: string, write: () => T, isDone: boolean): T {
  try {
    return write();
  } catch (cause) {
    throw notWritten(`The ${what} ${path}`, cause, isDone);
  }
}
