import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { HostwrightError } from '../model/errors.ts';
import { sampleApply } from '../testing/sample-events.ts';
import type { Console } from './console.ts';
import { openReports } from './run-reports.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostwright-'));
afterAll(() => rmSync(folder, { recursive: true }));

function recorded(env: Record<string, string>) {
  let text = '';
  const stderr = { write: (more: string) => (text += more) };
  return { console: { stderr, env } as unknown as Console, text: () => text };
}

const none = { junit: undefined, html: undefined, github: undefined };

test('files are written, in folders that are made for them', () => {
  const { console, text } = recorded({});
  const paths = { junit: join(folder, 'a/b.xml'), html: join(folder, 'a/b.html') };
  const reports = openReports(console, { ...none, ...paths });
  for (const event of sampleApply()) reports.onEvent(event);
  reports.finish();
  expect(readFileSync(paths.junit, 'utf8')).toContain('<testsuite name="web1"');
  expect(readFileSync(paths.html, 'utf8')).toContain('<!doctype html>');
  expect(text()).toBe('');
});

test('on GitHub: no commands from hosts while the run lasts, then annotations, and a summary', () => {
  const summary = join(folder, 'summary.md');
  const { console, text } = recorded({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
  const reports = openReports(console, none);
  for (const event of sampleApply()) reports.onEvent(event);
  const token = /^::stop-commands::(\S+)\n$/.exec(text())?.[1];
  reports.finish();
  expect(text()).toContain(`::${token}::\n::error title=TRANSPORT_UNREACHABLE db1::`);
  expect(readFileSync(summary, 'utf8')).toContain('| web1 |');
});

test('only what could have changed hosts is said to be done when its report cannot be written', () => {
  const options = { ...none, html: '/dev/null/report.html' };
  const remedyOf = (verb: 'apply' | 'plan') => {
    const reports = openReports(recorded({}).console, options);
    reports.onEvent({ v: 1, at: 0, type: 'run.started', verb, hosts: [] });
    try {
      return reports.finish();
    } catch (thrown) {
      return (thrown as HostwrightError).remedy;
    }
  };
  expect(remedyOf('apply')).toBe('Name a place that can be written to. What the run did is done.');
  expect(remedyOf('plan')).toBe('Name a place that can be written to.');
  const journal = () => openReports(recorded({}).console, { ...none, journal: '/dev/null/a' });
  expect(journal).toThrow(
    expect.objectContaining({ remedy: 'Name a place that can be written to.' }),
  );
});

test('a report that cannot be written is an error of its own', () => {
  const reports = openReports(recorded({}).console, { ...none, html: '/dev/null/report.html' });
  for (const event of sampleApply()) reports.onEvent(event);
  expect(reports.finish).toThrow(expect.objectContaining({ code: 'REPORT_NOT_WRITTEN' }));
});
