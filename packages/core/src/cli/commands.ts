import { HostwrightError } from '../model/errors.ts';
import type { Verb } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { Playbook } from '../model/playbook.ts';
import { renderFacts } from '../report/facts-lines.ts';
import { countOf } from '../report/labels.ts';
import { hasChanges, planCounts } from '../report/plan-counts.ts';
import { renderPlan } from '../report/plan-lines.ts';
import { renderSummary } from '../report/summary-lines.ts';
import type { ApplyReport } from '../run/apply.ts';
import type { CommandOptions } from './command-line.ts';
import { canAsk, confirm } from './confirm.ts';
import { type Console, renderOptions } from './console.ts';
import { exitCodeOfHosts, exitCodeOfOutcome, exitCodeOfPlan, exitTable } from './exit-codes.ts';
import type { Library } from './library.ts';
import { watched } from './watched.ts';

/** What every command is given. */
export interface CommandInput {
  readonly console: Console;
  readonly options: CommandOptions;
  readonly library: Library;
  readonly playbook: Playbook;
}

/** One command, as far as its exit code. */
type RunCommand = (input: CommandInput) => Promise<number>;

export const commands: Readonly<Record<Verb, RunCommand>> = {
  plan: (input) => showPlan(input, 'plan'),
  verify: (input) => showPlan(input, 'verify'),
  apply: runApply,
  facts: showFacts,
};

async function showPlan(input: CommandInput, verb: 'plan' | 'verify'): Promise<number> {
  const { library, playbook, console, options } = input;
  const { plan } = await watched(console, options, (settings) => library[verb](playbook, settings));
  print(input, (render) => renderPlan(plan, { ...render, verb }));
  return exitCodeOfPlan(plan);
}

async function showFacts(input: CommandInput): Promise<number> {
  const { library, playbook, console, options } = input;
  const found = await watched(console, options, (settings) => library.facts(playbook, settings));
  print(input, (render) => renderFacts(found, render));
  return exitCodeOfHosts(found.hosts, exitTable.ok.code);
}

/** Asks between plan and apply, unless that was answered on the command line. */
async function runApply(input: CommandInput): Promise<number> {
  if (input.options.yes) return applyNow(input, (plan) => showDue(input, plan));
  const { library, playbook, console, options } = input;
  requireAnswer(input);
  const { plan } = await watched(console, options, (settings) => library.plan(playbook, settings));
  print(input, (render) => renderPlan(plan, render));
  if (!hasChanges(planCounts(plan))) return exitCodeOfPlan(plan);
  if (!(await confirm(questionOf(plan), console))) {
    console.stderr.write('Nothing was changed.\n');
    return exitTable.changes.code;
  }
  return applyNow(input, () => undefined);
}

/** Errors: USAGE, before any host is connected to. */
function requireAnswer({ console, options }: CommandInput): void {
  if (canAsk(console) && !options.json) return;
  throw new HostwrightError('USAGE', {
    problem: options.json
      ? '`apply --json` does not ask before it changes anything.'
      : '`apply` asks before it changes anything, and there is no terminal to ask on.',
    remedy: 'Add --yes to apply without being asked.',
  });
}

function questionOf({ steps }: Plan): string {
  const due = steps.filter(({ verdict }) => verdict.is !== 'unchanged' && verdict.is !== 'error');
  const hosts = new Set(due.map(({ host }) => host));
  return `\nApply this to ${countOf(hosts.size, 'host')}? Only "yes" is a yes:`;
}

async function applyNow(input: CommandInput, onPlan: (plan: Plan) => void): Promise<number> {
  const { library, playbook, console, options } = input;
  const { outcome, hostMs } = await watched(console, options, async (settings, watch) => {
    const report: ApplyReport = await library.apply(playbook, {
      ...settings,
      onEvent(event) {
        settings.onEvent?.(event);
        if (event.type === 'plan.ready') watch.reporter.aside(() => onPlan(event.plan));
      },
    });
    return { outcome: report.outcome, hostMs: watch.hostMs() };
  });
  print(input, (render) => renderSummary(outcome, { ...render, hostMs }));
  return exitCodeOfOutcome(outcome);
}

/** The plan, on its way to being applied; one without changes would only say what the summary says. */
function showDue(input: CommandInput, plan: Plan): void {
  const counts = planCounts(plan);
  if (hasChanges(counts) || counts.errors > 0)
    print(input, (render) => `${renderPlan(plan, render)}\n`);
}

/** Results for people go to standard output; with --json the events are the result. */
function print(
  { console, options }: CommandInput,
  text: (render: ReturnType<typeof renderOptions>) => string,
): void {
  if (options.json) return;
  console.stdout.write(text(renderOptions(console.stdout, console, options)));
}
