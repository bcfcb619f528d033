import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { inventory } from '../declare/inventory.ts';
import { playbook } from '../declare/play.ts';
import { HostwrightError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { ApplySettings } from '../run/apply.ts';
import { creates, samplePlan, sampleStep, updates } from '../testing/sample-plan.ts';
import { sampleEvent } from '../testing/sample-run.ts';
import { runApply } from './apply-command.ts';
import type { CommandInput } from './command-input.ts';
import type { Console } from './console.ts';
import type { Library } from './library.ts';

const outcome = { version: 1, steps: [], hosts: [], isConverged: true, ms: 1 } as const;

/** Hosts that have moved already when the n-th apply comes; `seen` is what each apply was given as its plan. */
function movingLibrary(plans: readonly Plan[]) {
  const seen: (Plan | undefined)[] = [];
  const apply = async (_: unknown, settings: ApplySettings = {}) => {
    seen.push(settings.plan);
    const now = plans[seen.length] ?? plans.at(-1);
    if (now === undefined) throw new Error('there is no plan');
    settings.onEvent?.(sampleEvent(0, { type: 'plan.ready', plan: now }));
    if (settings.plan !== undefined && now !== settings.plan) {
      throw new HostwrightError('PLAN_OUTDATED', { problem: 'It moved.', detail: 'mode was 1' });
    }
    return { plan: now, outcome };
  };
  const plan = async () => ({ plan: plans[0], hosts: [], ms: 1 });
  return { seen, library: { plan, apply } as unknown as Library };
}

/** A terminal at which somebody answers each question in turn. */
function terminal(answers: readonly string[]) {
  const text = { out: '', err: '' };
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const left = [...answers];
  stdout.on('data', (more) => {
    text.out += more;
  });
  stderr.on('data', (more) => {
    text.err += more;
    if (String(more).includes('is a yes:')) stdin.write(`${left.shift()}\n`);
  });
  const tty = { isTTY: true };
  const console = {
    stdin: Object.assign(stdin, tty),
    stdout: Object.assign(stdout, tty),
    stderr: Object.assign(stderr, tty),
    env: { TERM: 'dumb' },
  } as unknown as Console;
  return { console, text };
}

const options = { json: false, forks: undefined, color: false, verbose: false, yes: false };

function inputOf(library: Library, console: Console, more: Partial<CommandInput> = {}) {
  const book = playbook({ inventory: inventory({ hosts: {} }), plays: [] });
  return { console, options, library, playbook: book, path: 'site.ts', ...more };
}

const first = samplePlan([sampleStep('mx1', 'File[/a]', creates)]);
const second = samplePlan([
  sampleStep('mx1', 'File[/a]', updates({ field: 'mode', from: '1', to: '2' })),
]);

test('a plan that moved while it was read is not applied: what moved is said, and it is asked anew', async () => {
  const { library, seen } = movingLibrary([first, second, second]);
  const { console, text } = terminal(['yes', 'yes']);
  expect(await runApply(inputOf(library, console))).toBe(0);
  expect(seen).toEqual([first, second]);
  expect(text.err).toContain('nothing was done:\n  mode was 1\nThe plan now:');
  expect(text.out.match(/^Plan: /gm)).toHaveLength(2);
});

test('a report that cannot be written takes nothing from what is said', async () => {
  const { library } = movingLibrary([first]);
  const { console, text } = terminal([]);
  const asked = { ...options, yes: true, report: '/dev/null/report.json' };
  await expect(runApply({ ...inputOf(library, console), options: asked })).rejects.toMatchObject({
    code: 'REPORT_NOT_WRITTEN',
    remedy: expect.stringContaining('What the run did is done.'),
  });
  expect(text.out).toContain('as declared, on 0 hosts');
});

test('a no is a no', async () => {
  const { library, seen } = movingLibrary([first]);
  const { console, text } = terminal(['y e s']);
  expect(await runApply(inputOf(library, console))).toBe(2);
  expect(seen).toEqual([]);
  expect(text.err).toContain('Nothing was changed.');
});

test('a plan that is refused is shown with the reason, and nobody is asked', async () => {
  const refusals = [
    new HostwrightError('PLAN_CUTS_OFF', { problem: 'It closes port 22.', host: 'mx1' }).toJSON(),
  ];
  const { library, seen } = movingLibrary([{ ...first, refusals }]);
  const { console, text } = terminal([]);
  expect(await runApply(inputOf(library, console))).toBe(3);
  expect(seen).toEqual([]);
  expect(text.out).toMatch(/This plan is refused:\n✘ mx1: It closes port 22\./);
});

test('a saved plan is applied without a question, also where there is nobody to ask', async () => {
  const { library, seen } = movingLibrary([first, first]);
  const { console, text } = terminal([]);
  Object.assign(console.stdin, { isTTY: false });
  expect(await runApply(inputOf(library, console, { saved: first }))).toBe(0);
  expect(seen).toEqual([first]);
  expect(text.out).toContain('+ create   File[/a]');
});
