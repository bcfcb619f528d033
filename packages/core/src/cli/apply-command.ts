import { HostwrightError } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { countOf } from '../report/labels.ts';
import { hasChanges, planCounts } from '../report/plan-counts.ts';
import { renderPlan } from '../report/plan-lines.ts';
import { renderSummary } from '../report/summary-lines.ts';
import type { RunSettings } from '../run/options.ts';
import { type CommandInput, print } from './command-input.ts';
import { canAsk, confirm } from './confirm.ts';
import { exitCodeOfOutcome, exitCodeOfPlan, exitTable } from './exit-codes.ts';
import { type Watch, watched } from './watched.ts';

/**
 * Shows the plan, asks, and applies; or applies at once where that was said. The hosts are read again for the apply:
 * what differs from the plan that was shown is shown and asked anew, so that nothing is done that nobody saw.
 */
export async function runApply(input: CommandInput): Promise<number> {
  const { library, playbook, console, options } = input;
  if (options.yes) {
    const applied = await watched(console, options, (settings, watch) =>
      applyNow(input, settings, watch),
    );
    return showOutcome(input, applied);
  }
  requireAnswer(input);
  let { plan } = await watched(console, options, (settings) => library.plan(playbook, settings));
  for (;;) {
    const shown = plan;
    print(input, (render) => renderPlan(shown, render));
    if (!hasChanges(planCounts(shown))) return exitCodeOfPlan(shown);
    if (!(await confirm(questionOf(shown), console))) {
      console.stderr.write('Nothing was changed.\n');
      return exitTable.changes.code;
    }
    const applied = await watched(console, options, (settings, watch) =>
      applyAsShown(input, shown, settings, watch),
    );
    if (applied.moved === undefined) return showOutcome(input, applied);
    console.stderr.write('! The hosts have changed since, and nothing was done. The plan now:\n\n');
    plan = applied.moved;
  }
}

interface Applied {
  readonly outcome: Outcome;
  readonly hostMs: ReadonlyMap<string, number>;
  /** The plan, where it is another one than was shown and nothing was done for that reason. */
  readonly moved?: Plan | undefined;
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

async function applyNow(
  input: CommandInput,
  settings: RunSettings,
  { reporter, hostMs }: Watch,
): Promise<Applied> {
  const onEvent = (event: RunEvent) => {
    settings.onEvent?.(event);
    if (event.type === 'plan.ready') reporter.aside(() => showDue(input, event.plan));
  };
  const { outcome } = await input.library.apply(input.playbook, { ...settings, onEvent });
  return { outcome, hostMs: hostMs() };
}

/** Ends the run before its first change when the plan is another one than was shown. */
async function applyAsShown(
  { library, playbook }: CommandInput,
  shown: Plan,
  settings: RunSettings,
  { hostMs }: Watch,
): Promise<Applied> {
  const stop = new AbortController();
  const signals = [stop.signal, ...(settings.signal === undefined ? [] : [settings.signal])];
  const onEvent = (event: RunEvent) => {
    settings.onEvent?.(event);
    if (event.type === 'plan.ready' && !isSame(event.plan, shown)) stop.abort();
  };
  const signal = AbortSignal.any(signals);
  const { plan, outcome } = await library.apply(playbook, { ...settings, signal, onEvent });
  return { outcome, hostMs: hostMs(), moved: stop.signal.aborted ? plan : undefined };
}

/** The words of a host that does not answer may differ each time; that is no other plan. */
function isSame(plan: Plan, shown: Plan): boolean {
  const [now, then] = [plan, shown].map(({ steps, unreachable }) =>
    JSON.stringify([steps, unreachable.map(({ host }) => host)]),
  );
  return now === then;
}

/** The plan, on its way to being applied; one without changes would only say what the summary says. */
function showDue(input: CommandInput, plan: Plan): void {
  const counts = planCounts(plan);
  if (!hasChanges(counts) && counts.errors === 0) return;
  print(input, (render) => `${renderPlan(plan, render)}\n`);
}

function showOutcome(input: CommandInput, { outcome, hostMs }: Applied): number {
  print(input, (render) => renderSummary(outcome, { ...render, hostMs }));
  return exitCodeOfOutcome(outcome);
}
