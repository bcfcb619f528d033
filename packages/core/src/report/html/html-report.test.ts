import { expect, test } from '@jest/globals';
import { sampleApply } from '../../testing/sample-events.ts';
import { samplePlan, sampleStep, unchanged } from '../../testing/sample-plan.ts';
import { sampleEvent } from '../../testing/sample-run.ts';
import { renderHtmlReport } from './html-report.ts';

const page = renderHtmlReport(sampleApply());

test('the page says what happened, what went wrong and what to do', () => {
  expect(page).toContain(
    '<h1>1 resource failed, 1 host could not be reached, 1 resource skipped.</h1>',
  );
  expect(page).toContain('The command failed with exit code 100.');
  expect(page).toContain('Correct the cause and run again.');
  expect(page).toContain('Skipped because of Package[nginx].');
});

test('a plan that is refused says so first, and why', () => {
  const error = { code: 'PLAN_CUTS_OFF', problem: 'It closes 22.', remedy: 'Do not.' } as const;
  const refused = renderHtmlReport([
    sampleEvent(1, { type: 'run.started', verb: 'plan', hosts: ['mx1'] }),
    sampleEvent(2, { type: 'plan.ready', plan: { ...samplePlan([]), refusals: [error] } }),
  ]);
  expect(refused).toContain('<h1>The plan is refused: nothing was changed.</h1>');
  expect(refused).toContain('<p>It closes 22.</p>');
});

test('nothing of a host becomes markup, and nothing is loaded', () => {
  expect(page).toContain('&lt;script&gt;');
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:/);
  expect(page).toContain("default-src 'none'");
});

test('every link leads to something on the page', () => {
  const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(({ 1: id }) => id ?? '');
  expect(targets.length).toBeGreaterThan(5);
  for (const id of targets) expect(page).toContain(`id="${id}"`);
});

test('hosts of a fleet that are alike share a column and a picture', () => {
  const hosts = Array.from({ length: 300 }, (_none, index) => `web${index}`);
  const steps = hosts.flatMap((host) => [
    sampleStep(host, 'Package[a]', unchanged),
    sampleStep(host, 'File[/b]', unchanged, [`${host}/Package[a]`]),
  ]);
  const fleet = renderHtmlReport([
    sampleEvent(1, { type: 'run.started', verb: 'verify', hosts }),
    sampleEvent(2, { type: 'plan.ready', plan: samplePlan(steps) }),
  ]);
  expect(fleet).toContain('<h1>Every host is as declared.</h1>');
  expect(fleet).toContain('<span>web0 and 299 more</span>');
  expect(fleet.match(/<svg/g)).toHaveLength(1);
});
